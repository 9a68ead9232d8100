"""A folder served over HTTP as pip and uv read an index; nothing in it is ever written.

What a request is answered with is decided without HTTP: `formats` (the Accept header), `parts`
(ranges), `tags` (conditions), `lookup` (which file a path means) and `opened` (how it is opened).
`application` (starlette) and `server` (uvicorn) put that on a socket, and are loaded only then.

Non-goals: users and passwords, TLS, uploads. A proxy in front has them.
"""

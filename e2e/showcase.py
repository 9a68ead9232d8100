"""Real packages of the collection: how each is asked for, what it must load, one real call."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One package, with the proof that it works."""

    requirement: str
    call: str
    """Python that fails unless the package does what it is for."""
    loads: tuple[str, ...] = ()
    """Libraries of the system that its extension modules must load, by soname."""
    also: tuple[str, ...] = ()
    """What the call needs besides, from the same wheelhouse."""
    quick: bool = False
    """Whether it is among those that .ci/run builds."""

    def __str__(self) -> str:
        return f"quick-{self.requirement}" if self.quick else self.requirement


NATIVE = (
    Piece(
        requirement="pyzmq",
        quick=True,
        loads=("libzmq.so.5",),
        call="""
import zmq
context = zmq.Context()
one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
one.bind("inproc://here"); other.connect("inproc://here")
one.send(b"hello")
assert other.recv() == b"hello"
""",
    ),
    Piece(
        requirement="pynacl",
        quick=True,
        loads=("libsodium.so.23",),
        call="""
from nacl.secret import SecretBox
box = SecretBox(bytes(32))
assert box.decrypt(box.encrypt(b"hello")) == b"hello"
""",
    ),
    Piece(
        requirement="uvloop",
        loads=("libuv.so.1",),
        call="""
import asyncio, uvloop
async def answer():
    assert isinstance(asyncio.get_running_loop(), uvloop.Loop)
    return await asyncio.sleep(0.001, 42)
assert uvloop.run(answer()) == 42
""",
    ),
    Piece(
        requirement="pynng",
        loads=("libmbedcrypto.so.7", "libmbedtls.so.14", "libmbedx509.so.1"),
        call="""
import pynng
pynng.TLSConfig(pynng.TLSConfig.MODE_CLIENT)
with pynng.Pair0(listen="inproc://here") as one, pynng.Pair0(dial="inproc://here") as other:
    one.send(b"hello")
    assert other.recv() == b"hello"
""",
    ),
    Piece(
        requirement="argon2-cffi-bindings",
        quick=True,
        loads=("libargon2.so.1",),
        call="""
from _argon2_cffi_bindings import ffi, lib
out = ffi.new("uint8_t[]", 32)
word = (b"word", 4, b"0123456789abcdef", 16, out, 32, ffi.NULL, 0)
assert lib.argon2_hash(1, 64, 1, *word, lib.Argon2_id, lib.ARGON2_VERSION_13) == 0
assert any(bytes(ffi.buffer(out)))
""",
    ),
    Piece(
        requirement="lz4",
        quick=True,
        loads=("liblz4.so.1",),
        call="""
import lz4.frame
assert lz4.frame.decompress(lz4.frame.compress(b"hello" * 99)) == b"hello" * 99
""",
    ),
    Piece(
        requirement="zstandard",
        loads=("libzstd.so.1",),
        call="""
import zstandard
assert zstandard.backend == "cext", zstandard.backend
packed = zstandard.compress(b"hello" * 99)
assert zstandard.decompress(packed) == b"hello" * 99
""",
    ),
    Piece(
        requirement="brotli",
        quick=True,
        loads=("libbrotlidec.so.1", "libbrotlienc.so.1"),
        call="""
import brotli
assert brotli.decompress(brotli.compress(b"hello" * 99)) == b"hello" * 99
""",
    ),
    Piece(
        requirement="pyyaml",
        quick=True,
        loads=("libyaml-0.so.2",),
        call="""
import yaml
assert yaml.load("a: [1, 2]", Loader=yaml.CSafeLoader) == {"a": [1, 2]}
""",
    ),
    Piece(
        requirement="psycopg2",
        loads=("libpq.so.5",),
        call="""
import psycopg2, psycopg2.extensions
assert psycopg2.extensions.libpq_version() >= 100000
assert psycopg2.extensions.make_dsn(host="here", dbname="it") == "host=here dbname=it"
try:
    psycopg2.connect("host=/nowhere dbname=it")
except psycopg2.OperationalError as error:
    assert "/nowhere" in str(error)
""",
    ),
    Piece(
        requirement="pillow",
        loads=(
            "libfreetype.so.6",
            "libjpeg.so.62",
            "liblcms2.so.2",
            "libopenjp2.so.7",
            "libraqm.so.0",
            "libtiff.so.6",
            "libwebp.so.7",
            "libxcb.so.1",
            "libz.so.1",
        ),
        call="""
import io
from PIL import Image, features
assert all(map(features.check, ("jpg", "jpg_2000", "zlib", "libtiff", "webp", "raqm", "littlecms2")))
for format in ("JPEG", "PNG", "TIFF", "WEBP", "JPEG2000"):
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(file, format)
    assert Image.open(file).convert("RGB").getpixel((32, 32))[0] > 240
""",
    ),
    Piece(
        requirement="shapely",
        loads=("libgeos_c.so.1",),
        call="""
import shapely
area = shapely.union_all([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)]).area
assert area == 7
""",
    ),
    Piece(
        requirement="lxml",
        loads=("libxml2.so.2", "libxslt.so.1", "libexslt.so.0"),
        call="""
from lxml import etree
assert etree.fromstring("<a><b/><b/></a>").xpath("count(//b)") == 2
sheet = '<x:stylesheet version="1.0" xmlns:x="http://www.w3.org/1999/XSL/Transform">'
sheet += '<x:template match="/"><c/></x:template></x:stylesheet>'
made = etree.XSLT(etree.fromstring(sheet))(etree.fromstring("<a/>"))
assert made.getroot().tag == "c"
""",
    ),
    Piece(
        requirement="cffi",
        quick=True,
        loads=("libffi.so.8",),
        call="""
import cffi
ffi = cffi.FFI()
ffi.cdef("int abs(int);")
assert ffi.dlopen(None).abs(-3) == 3
assert ffi.callback("int(int)", lambda n: n + 1)(1) == 2
""",
    ),
    Piece(
        requirement="ujson",
        loads=("libdouble-conversion.so.3",),
        call="""
import ujson
assert ujson.loads(ujson.dumps({"a": [0.1, 1e300]})) == {"a": [0.1, 1e300]}
""",
    ),
    Piece(
        requirement="msgpack",
        call="""
import msgpack
assert msgpack.Packer.__module__ == "msgpack._cmsgpack"
assert msgpack.unpackb(msgpack.packb({"a": [1, 2]})) == {"a": [1, 2]}
""",
    ),
    Piece(
        requirement="greenlet",
        call="""
from greenlet import getcurrent, greenlet
parent = getcurrent()
assert greenlet(lambda: parent.switch(42)).switch() == 42
""",
    ),
    Piece(
        requirement="kiwisolver",
        call="""
from kiwisolver import Solver, Variable
x, solver = Variable("x"), Solver()
solver.addConstraint(x * 2 == 6); solver.updateVariables()
assert x.value() == 3
""",
    ),
    Piece(
        requirement="contourpy",
        call="""
from contourpy import contour_generator
lines = contour_generator(z=[[0, 1], [1, 2]]).lines(1.0)
assert len(lines) == 1
""",
    ),
    Piece(
        requirement="numpy",
        loads=("libopenblas.so.0",),
        call="""
import numpy
assert numpy.allclose(numpy.linalg.inv([[2.0, 0], [0, 4]]), [[0.5, 0], [0, 0.25]])
""",
    ),
    Piece(
        requirement="gevent",
        loads=("libev.so.4", "libcares.so.2", "libuv.so.1"),
        call="""
import gevent, gevent.resolver.ares
assert [each.value for each in gevent.joinall([gevent.spawn(abs, -1)])] == [1]
""",
    ),
    Piece(
        requirement="mysqlclient",
        loads=("libmariadb.so.3",),
        call="""
import MySQLdb
assert MySQLdb.get_client_info()
assert MySQLdb._mysql.escape_string(b"it's") == rb"it\\'s"
""",
    ),
    Piece(
        requirement="pyodbc",
        loads=("libodbc.so.2",),
        call="""
import pyodbc
assert pyodbc.drivers() is not None
""",
    ),
    Piece(
        requirement="pyproj",
        loads=("libproj.so.25",),
        call="""
from pyproj import Transformer
x, y = Transformer.from_crs(4326, 3857, always_xy=True).transform(180, 0)
assert round(x) == 20037508 and abs(y) < 1e-6
""",
    ),
    Piece(
        requirement="h5py",
        loads=("libhdf5_serial.so.103", "libhdf5_serial_hl.so.100"),
        call="""
import h5py, io
file = io.BytesIO()
with h5py.File(file, "w") as made:
    made["a"] = [1, 2, 3]
with h5py.File(file) as read:
    assert read["a"][:].sum() == 6
""",
    ),
    Piece(
        requirement="matplotlib",
        loads=("libfreetype.so.6", "libqhull_r.so.8.0"),
        call="""
import io, matplotlib
matplotlib.use("agg")
from matplotlib import pyplot
pyplot.plot([1, 2, 3]); pyplot.title("hello")
file = io.BytesIO(); pyplot.savefig(file)
assert file.getvalue().startswith(b"\\x89PNG")
""",
    ),
    Piece(
        requirement="apsw",
        loads=("libsqlite3.so.0",),
        call="""
import apsw
assert apsw.using_amalgamation is False
assert list(apsw.Connection(":memory:").cursor().execute("select 1 + 2")) == [(3,)]
""",
    ),
    Piece(
        requirement="awkward-cpp",
        call="""
import numpy
from awkward_cpp.cpu_kernels import kernel
index = kernel["awkward_ListArray_localindex", numpy.int64, numpy.int64]
offsets, found = (numpy.array(each, "i8") for each in ([0, 2, 5], [9] * 5))
index(*(each.ctypes.data_as(index.argtypes[0]) for each in (found, offsets)), 2)
assert found.tolist() == [0, 1, 0, 1, 2]
""",
    ),
    Piece(
        requirement="awscrt",
        loads=("libcrypto.so.3",),
        call="""
from awscrt import checksums, crypto
assert checksums.crc32(b"hello") == 0x3610A686
assert crypto.Hash.sha256_new().digest() is not None
""",
    ),
    Piece(
        requirement="netcdf4",
        loads=("libnetcdf.so.19",),
        call="""
import netCDF4
with netCDF4.Dataset("none.nc", "w", diskless=True) as made:
    made.createDimension("x", 3)
    made.createVariable("a", "i4", ("x",))[:] = [1, 2, 3]
    assert made["a"][:].sum() == 6
""",
    ),
    Piece(
        requirement="pycares",
        call="""
import pycares
assert pycares.errno.strerror(4) == "Domain name not found"
pycares.Channel(servers=["127.0.0.1"]).cancel()
""",
    ),
    Piece(
        requirement="sentencepiece",
        call="""
import io, sentencepiece
model = io.BytesIO()
text = iter(["hello big world", "hello small world", "world of words"] * 9)
sentencepiece.SentencePieceTrainer.train(sentence_iterator=text, model_writer=model, vocab_size=20)
made = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
assert made.decode(made.encode("hello world")) == "hello world"
""",
    ),
    Piece(
        requirement="pandas",
        call="""
import pandas
made = pandas.DataFrame({"a": [1, 2, 1], "b": [1.5, 2.5, 3.5]})
assert made.groupby("a")["b"].sum().to_dict() == {1: 5.0, 2: 2.5}
""",
    ),
    Piece(
        requirement="platformdirs",
        call="""
import platformdirs
assert platformdirs.user_cache_dir("hello").endswith("hello")
""",
    ),
)

RUST = (
    Piece(
        requirement="python-snappy",
        call="""
import snappy
assert snappy.decompress(snappy.compress(b"hello" * 99)) == b"hello" * 99
""",
    ),
    Piece(
        requirement="rpds-py",
        call="""
from rpds import HashTrieMap
assert HashTrieMap({"a": 1}).insert("b", 2)["b"] == 2
""",
    ),
    Piece(
        requirement="orjson",
        call="""
import orjson
assert orjson.loads(orjson.dumps({"a": [1, 2.5, None]})) == {"a": [1, 2.5, None]}
""",
    ),
    Piece(
        requirement="safetensors",
        also=("numpy",),
        call="""
import numpy
from safetensors.numpy import load, save
assert load(save({"a": numpy.arange(3)}))["a"].tolist() == [0, 1, 2]
""",
    ),
    Piece(
        requirement="pydantic-core",
        call="""
from pydantic_core import SchemaValidator
assert SchemaValidator({"type": "int"}).validate_python("42") == 42
""",
    ),
    Piece(
        requirement="cryptography",
        loads=("libssl.so.3", "libcrypto.so.3"),
        call="""
from cryptography.fernet import Fernet
box = Fernet(Fernet.generate_key())
assert box.decrypt(box.encrypt(b"hello")) == b"hello"
""",
    ),
    Piece(
        requirement="tokenizers",
        call="""
from tokenizers import Tokenizer, models, pre_tokenizers
made = Tokenizer(models.WordLevel({"hello": 0, "world": 1, "?": 2}, unk_token="?"))
made.pre_tokenizer = pre_tokenizers.Whitespace()
assert made.encode("hello big world").ids == [0, 2, 1]
""",
    ),
    Piece(
        requirement="maturin",
        call="""
import pathlib, subprocess, sys
program = pathlib.Path(sys.executable).parent / "maturin"
told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
assert told.startswith("maturin 1."), told
import maturin
assert maturin.get_requires_for_build_wheel() is not None
""",
    ),
)

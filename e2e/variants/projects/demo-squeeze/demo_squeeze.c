#include <Python.h>

#ifdef WITH_ZSTD
#include <zstd.h>
#define LIBRARY "zstd"
#define BOUND(size) ZSTD_compressBound(size)
#else
#include <zlib.h>
#define LIBRARY "zlib"
#define BOUND(size) compressBound(size)
#endif

/* A call into the library, or else the linker leaves it out. */
static PyObject *bound(PyObject *module, PyObject *size)
{
    unsigned long plain = PyLong_AsUnsignedLong(size);
    return PyErr_Occurred() ? NULL : PyLong_FromUnsignedLong(BOUND(plain));
}

static PyMethodDef methods[] = {{"bound", bound, METH_O, "The most that so many bytes become."}, {0}};
static struct PyModuleDef squeeze = {PyModuleDef_HEAD_INIT, "demo_squeeze", 0, -1, methods};

PyMODINIT_FUNC PyInit_demo_squeeze(void)
{
    PyObject *module = PyModule_Create(&squeeze);
    if (module != NULL)
        PyModule_AddStringConstant(module, "LIBRARY", LIBRARY);
    return module;
}

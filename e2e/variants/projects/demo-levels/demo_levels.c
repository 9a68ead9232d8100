#include <Python.h>

#ifdef __AVX2__
#define LEVEL "v3"
#else
#define LEVEL "baseline"
#endif

/* A loop that the compiler makes vectors of, where it may. */
static PyObject *sum(PyObject *module, PyObject *count)
{
    long most = PyLong_AsLong(count), total = 0;
    for (long each = 0; each < most; each++)
        total += each;
    return PyErr_Occurred() ? NULL : PyLong_FromLong(total);
}

static PyMethodDef methods[] = {{"sum", sum, METH_O, "Of all numbers below."}, {0}};
static struct PyModuleDef levels = {PyModuleDef_HEAD_INIT, "demo_levels", 0, -1, methods};

PyMODINIT_FUNC PyInit_demo_levels(void)
{
    PyObject *module = PyModule_Create(&levels);
    if (module != NULL)
        PyModule_AddStringConstant(module, "LEVEL", LEVEL);
    return module;
}

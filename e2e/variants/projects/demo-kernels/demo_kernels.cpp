#include <Python.h>

#if defined(__CUDACC__)
#include <cuda_runtime.h>
#define ACCELERATOR "cuda"
#define DEVICE 1
static const char *counted(int *count) { return cudaGetErrorName(cudaGetDeviceCount(count)); }
#elif defined(__HIP__)
#include <hip/hip_runtime.h>
#define ACCELERATOR "hip"
#define DEVICE 1
static const char *counted(int *count) { return hipGetErrorName(hipGetDeviceCount(count)); }
#else
#define ACCELERATOR "none"
#define DEVICE 0
static const char *counted(int *count)
{
    *count = 0;
    return "none is asked";
}
#endif

#if DEVICE
__global__ void doubled(float *numbers, int count)
{
    int place = blockIdx.x * blockDim.x + threadIdx.x;
    if (place < count)
        numbers[place] *= 2;
}

/* Nothing that could be left out as unused. */
extern "C" void demo_double(float *numbers, int count) { doubled<<<1, 256>>>(numbers, count); }
#endif

static PyObject *devices(PyObject *, PyObject *)
{
    int count = 0;
    const char *status = counted(&count);
    return Py_BuildValue("si", status, count);
}

static PyMethodDef methods[] = {
    {"devices", devices, METH_NOARGS, "What the runtime said when it was asked, and how many."}, {}};
static struct PyModuleDef kernels = {PyModuleDef_HEAD_INIT, "demo_kernels", 0, -1, methods};

PyMODINIT_FUNC PyInit_demo_kernels(void)
{
    PyObject *module = PyModule_Create(&kernels);
    if (module != nullptr)
        PyModule_AddStringConstant(module, "ACCELERATOR", ACCELERATOR);
    return module;
}

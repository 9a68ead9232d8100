from setuptools import Extension, setup

setup(ext_modules=[Extension("demo_levels", ["demo_levels.c"])])

"""Writes a scripted module so that the same source always gives the same file."""

import sys
import zipfile

import torch


def save(module: torch.nn.Module) -> None:
    """To the path in the command line; without the tables that lead back to source lines."""
    path = sys.argv[1]
    torch.jit.script(module).save(path)
    with zipfile.ZipFile(path) as whole:
        kept = [(one.filename, whole.read(one)) for one in whole.infolist() if not one.filename.endswith(".debug_pkl")]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as small:
        for name, content in kept:
            small.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)

"""ONNX Runtime, imported only here, so that it prints nothing. `img2music/__init__.py`, which is imported before every
other module, has turned its telemetry off."""

from __future__ import annotations

from img2music.system.descriptors import silent_descriptor
from img2music.system.memory import FOR_NETWORKS, check_room

check_room(FOR_NETWORKS)
with silent_descriptor():  # importing it prints warnings about devices
    import onnxruntime

onnxruntime.set_default_logger_severity(4)  # failures become one line of our own

__all__ = ["onnxruntime"]

"""ONNX Runtime, imported here and nowhere else. It prints nothing, and `img2music/__init__.py`, which comes before
every other module, has turned its telemetry off."""

from __future__ import annotations

from img2music.system.descriptors import silent_descriptor
from img2music.system.memory import FOR_NETWORKS, check_room

check_room(FOR_NETWORKS)
with silent_descriptor():  # it complains of devices as soon as it is imported, before anybody can tell it not to
    import onnxruntime

onnxruntime.set_default_logger_severity(4)  # what fails is said in one line, and by us

__all__ = ["onnxruntime"]

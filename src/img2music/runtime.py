"""ONNX Runtime. It is imported here and nowhere else: its telemetry is off by then, and it prints nothing."""

from __future__ import annotations

import img2music  # noqa: F401  turns the telemetry off
from img2music.descriptors import silent_descriptor
from img2music.memory import FOR_NETWORKS, check_room

check_room(FOR_NETWORKS)
with silent_descriptor():  # it complains of devices as soon as it is imported, before anybody can tell it not to
    import onnxruntime

onnxruntime.set_default_logger_severity(4)  # what fails is said in one line, and by us

__all__ = ["onnxruntime"]

"""Img2Music as a node of ComfyUI, which imports this folder from `custom_nodes`."""

from .nodes import PictureToMusic

NODE_CLASS_MAPPINGS = {"Img2Music": PictureToMusic}
NODE_DISPLAY_NAME_MAPPINGS = {"Img2Music": "Picture to Music (Img2Music)"}

__all__ = ["NODE_CLASS_MAPPINGS", "NODE_DISPLAY_NAME_MAPPINGS"]

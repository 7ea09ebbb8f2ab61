"""Constant factors and summands around the convolutions of a network, folded into these.

PP-LCNetV3 has a factor and a summand of its own after every convolution and every activation, and its hard swish comes
as four operations. Each of them passes over all activations; together they take as long as the convolutions. The rules
that fold them are those of ONNX Script.

References: Cui et al., PP-LCNet: a lightweight CPU convolutional neural network, 2021; Howard et al., Searching for
MobileNetV3, ICCV 2019 (hard swish).
"""

from __future__ import annotations

import onnx
from onnx import version_converter
from onnxscript import ir
from onnxscript.rewriter import RewriteRuleSet
from onnxscript.rewriter.rules.common import (
    affine_conv_fusion_rule,
    conv_affine_fusion_rule,
    fuse_hardswish_rules,
)

_OPSET = 17
"""The version of ONNX's operations that networks are brought to; a hard swish is one operation since version 14."""


def folded(model: onnx.ModelProto) -> onnx.ModelProto:
    """The network in fewer operations; weights must be initializers. What comes out differs by rounding alone."""
    newer = ir.from_proto(version_converter.convert_version(model, _OPSET))
    rules = RewriteRuleSet(
        [affine_conv_fusion_rule, conv_affine_fusion_rule, *fuse_hardswish_rules()],
        commute=True,  # factors may stand on either side
    )
    rules.apply_to_model(newer)
    return ir.to_proto(newer)

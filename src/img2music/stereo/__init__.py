"""Sound in two channels at 44.1 kHz: its analysis into what models learn, and its synthesis from that. numpy alone.

The middle of both channels below 11 kHz is what the models for 22.05 kHz hear, bin for bin; what lies above are levels
of bands, and what lies beside are levels and correlation of bands.
"""

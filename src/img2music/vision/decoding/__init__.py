"""From the bytes of a picture file that nobody vouches for to upright RGB pixels.

Each format has a file that looks at the bytes alone: it says how large the picture is and what decoding it takes, and
leaves out what pixels do not depend on, so that unused metadata can neither cost much nor stop a picture.
"""

"""What instruments are played from: soundfonts, sampled instruments and drums."""

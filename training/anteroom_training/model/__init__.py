"""Architecture, ONNX graph, quantisation and sharding."""

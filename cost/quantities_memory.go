package cost

// memoryRows are the rows of memory at inference.
func memoryRows() map[Quantity]row {
	return map[Quantity]row{
		InferencePeakBytes: {
			name: "inference_peak_bytes", unit: Bytes, open: true,
			doc:   "the most bytes of activations there at once in a forward pass that frees each tensor at its last use; weights apart",
			whole: peakBytes,
		},
		PeakInputHeldBytes: {
			name: "peak_input_held_bytes", unit: Bytes, open: true,
			doc:   "the same with the network's input held to the end",
			whole: peakInputHeldBytes,
		},
		CutBytes: {
			name: "cut_bytes", unit: Bytes, open: true, perLayer: true,
			doc:   "what crosses a cut right behind a layer: each tensor made up to there, the input included, that a later layer or the caller reads",
			whole: crossingBytes,
		},
		KVCacheBytes: {
			name: "kv_cache_bytes", unit: Bytes, atInference: true,
			doc:   "keys and values that attention layers keep while text is generated: 2 · key and value heads · head size · positions · bytes for each",
			layer: (*layerCost).cacheBytes,
		},
	}
}

package kubernetes

// prune keeps of object only what shape has: its keys, and its list elements by position.
// A value that is no longer an object or list where shape has one is kept as it is.
func prune(object, shape map[string]any) map[string]any {
	result := make(map[string]any, len(shape))
	for key, wanted := range shape {
		if value, ok := object[key]; ok {
			result[key] = pruneValue(value, wanted)
		}
	}
	return result
}

func pruneValue(value, shape any) any {
	switch wanted := shape.(type) {
	case map[string]any:
		if object, ok := value.(map[string]any); ok {
			return prune(object, wanted)
		}
	case []any:
		if list, ok := value.([]any); ok {
			return pruneList(list, wanted)
		}
	}
	return value
}

// pruneList cuts elements behind the last wanted one: those that admission added, such as service-account volumes.
func pruneList(list, shape []any) []any {
	result := make([]any, 0, min(len(list), len(shape)))
	for index, value := range list {
		if index == len(shape) {
			break
		}
		result = append(result, pruneValue(value, shape[index]))
	}
	return result
}

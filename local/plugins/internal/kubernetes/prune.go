package kubernetes

// prune keeps of object only what shape has: its keys, and its list elements by position. Shape is not changed.
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

// asDeclared is the live object seen through the inputs that made it. An empty list or object of the inputs counts as
// there, although the server stores none or null.
func asDeclared(live, inputs map[string]any) map[string]any {
	result := prune(live, inputs)
	keepEmpty(result, inputs)
	return result
}

func keepEmpty(object, shape map[string]any) {
	for key, wanted := range shape {
		switch typed := wanted.(type) {
		case map[string]any:
			if nested, ok := object[key].(map[string]any); ok {
				keepEmpty(nested, typed)
			}
		case []any:
			keepEmptyInList(object[key], typed)
		}
		if object[key] == nil && isEmpty(wanted) {
			object[key] = wanted
		}
	}
}

func keepEmptyInList(value any, shape []any) {
	list, ok := value.([]any)
	if !ok {
		return
	}
	for index := range min(len(list), len(shape)) {
		object, isObject := list[index].(map[string]any)
		wanted, wantsObject := shape[index].(map[string]any)
		if isObject && wantsObject {
			keepEmpty(object, wanted)
		}
	}
}

func isEmpty(value any) bool {
	switch typed := value.(type) {
	case map[string]any:
		return len(typed) == 0
	case []any:
		return len(typed) == 0
	}
	return false
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

package kubernetes

import (
	"math"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// CRD schemas have keys that no Pulumi SDK can name; they travel with underscores.
const (
	dashedPrefix     = "x-kubernetes-"
	underscorePrefix = "x_kubernetes_"
)

// reveal turns properties into plain JSON values without secret marks.
// unknown tells that a value somewhere is not known yet; it is then left out.
func reveal(props resource.PropertyMap) (object map[string]any, unknown bool) {
	object = make(map[string]any, len(props))
	for key, value := range props {
		plain, missing := revealValue(value)
		if missing {
			unknown = true
			if plain == nil {
				continue
			}
		}
		object[plainKey(key)] = plain
	}
	return object, unknown
}

func plainKey(key resource.PropertyKey) string {
	if rest, found := strings.CutPrefix(string(key), underscorePrefix); found {
		return dashedPrefix + strings.ReplaceAll(rest, "_", "-")
	}
	return string(key)
}

func revealValue(value resource.PropertyValue) (plain any, unknown bool) {
	switch {
	case value.IsComputed():
		return nil, true
	case value.IsOutput():
		if !value.OutputValue().Known {
			return nil, true
		}
		return revealValue(value.OutputValue().Element)
	case value.IsSecret():
		return revealValue(value.SecretValue().Element)
	case value.IsNull():
		return nil, false
	case value.IsBool():
		return value.BoolValue(), false
	case value.IsNumber():
		return wholeNumber(value.NumberValue()), false
	case value.IsString():
		return value.StringValue(), false
	case value.IsArray():
		list := make([]any, 0, len(value.ArrayValue()))
		for _, element := range value.ArrayValue() {
			plain, missing := revealValue(element)
			unknown = unknown || missing
			list = append(list, plain)
		}
		return list, unknown
	case value.IsObject():
		return reveal(value.ObjectValue())
	default:
		return value.Mappable(), false
	}
}

// wholeNumber gives the integer form that Kubernetes' JSON uses wherever it loses nothing.
func wholeNumber(number float64) any {
	if number == math.Trunc(number) && math.Abs(number) < 1<<53 {
		return int64(number)
	}
	return number
}

// properties turns plain JSON values into properties.
func properties(object map[string]any) resource.PropertyMap {
	props := make(resource.PropertyMap, len(object))
	for name, value := range object {
		if strings.HasPrefix(name, dashedPrefix) {
			name = underscorePrefix + strings.ReplaceAll(name[len(dashedPrefix):], "-", "_")
		}
		props[resource.PropertyKey(name)] = propertyValue(value)
	}
	return props
}

func propertyValue(value any) resource.PropertyValue {
	switch typed := value.(type) {
	case nil:
		return resource.NewNullProperty()
	case map[string]any:
		return resource.NewProperty(properties(typed))
	case []any:
		list := make([]resource.PropertyValue, 0, len(typed))
		for _, element := range typed {
			list = append(list, propertyValue(element))
		}
		return resource.NewProperty(list)
	case int64:
		return resource.NewProperty(float64(typed))
	default:
		return resource.NewPropertyValue(value)
	}
}

// unwrap takes secret and known-output wrappings off one value and tells whether it was secret.
func unwrap(value resource.PropertyValue) (inner resource.PropertyValue, secret bool) {
	for {
		switch {
		case value.IsSecret():
			value, secret = value.SecretValue().Element, true
		case value.IsOutput() && value.OutputValue().Known:
			secret = secret || value.OutputValue().Secret
			value = value.OutputValue().Element
		default:
			return value, secret
		}
	}
}

// field reads props[key] without its wrappings.
func field(props resource.PropertyMap, key resource.PropertyKey) resource.PropertyValue {
	value, _ := unwrap(props[key])
	return value
}

// editObject gives props[key] as a map to change in place, and keeps it secret when it was.
// ok is false when the value is there but is not an object, for example because it is unknown.
func editObject(props resource.PropertyMap, key resource.PropertyKey) (object resource.PropertyMap, ok bool) {
	value, secret := unwrap(props[key])
	switch {
	case value.IsObject():
		object = value.ObjectValue().Copy()
	case value.IsNull():
		object = resource.PropertyMap{}
	default:
		return nil, false
	}
	changed := resource.NewProperty(object)
	if secret {
		changed = resource.MakeSecret(changed)
	}
	props[key] = changed
	return object, true
}

// markSecrets makes each value of target secret whose counterpart in source is. A list turns secret as a whole,
// as its elements may have moved.
func markSecrets(target, source resource.PropertyMap) {
	for key, from := range source {
		if to, ok := target[key]; ok {
			target[key] = markSecret(to, from)
		}
	}
}

func markSecret(target, source resource.PropertyValue) resource.PropertyValue {
	if target.IsSecret() {
		return target
	}
	switch {
	case source.IsSecret(), source.IsOutput() && source.OutputValue().Secret:
		return resource.MakeSecret(target)
	case source.IsObject() && target.IsObject():
		markSecrets(target.ObjectValue(), source.ObjectValue())
	case source.IsArray() && source.ContainsSecrets():
		return resource.MakeSecret(target)
	}
	return target
}

// hideSecretData makes the two payload fields of a core Secret secret, whoever gave them.
func hideSecretData(props resource.PropertyMap) {
	for _, key := range []resource.PropertyKey{"data", "stringData"} {
		if value, ok := props[key]; ok && !value.IsNull() && !value.IsSecret() && !value.IsComputed() {
			props[key] = resource.MakeSecret(value)
		}
	}
}

package kubernetes

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

// autonamed marks an object whose name the provider drew.
const autonamed = "pulumi.com/autonamed"

const nameSuffixDigits = 8

// nameObject gives metadata a name when the program gave none: the one the object already has if that was drawn
// too, else the one that the engine proposes, else the logical name and eight hexadecimal digits.
func nameObject(metadata, oldMetadata resource.PropertyMap, req plugin.CheckRequest) *plugin.CheckFailure {
	name := field(metadata, "name")
	if !name.IsNull() && (!name.IsString() || name.StringValue() != "") {
		return nil
	}
	if generate := field(metadata, "generateName"); generate.IsString() && generate.StringValue() != "" {
		return &plugin.CheckFailure{
			Property: "metadata.generateName",
			Reason:   "generateName cannot be used with server-side apply; leave the name out or give one",
		}
	}
	if old := field(oldMetadata, "name"); old.IsString() && wasAutonamed(oldMetadata) {
		setName(metadata, old.StringValue())
		return nil
	}
	if naming := req.Autonaming; naming != nil {
		if naming.Mode == plugin.AutonamingModeDisabled {
			return &plugin.CheckFailure{
				Property: "metadata.name",
				Reason:   "automatic naming is disabled for this stack: give metadata.name",
			}
		}
		if naming.ProposedName != "" {
			setName(metadata, naming.ProposedName)
			return nil
		}
	}
	drawn, err := resource.NewUniqueName(req.RandomSeed, req.Name+"-", nameSuffixDigits, 0, []rune("0123456789abcdef"))
	if err != nil {
		return &plugin.CheckFailure{Property: "metadata.name", Reason: fmt.Sprintf("drawing a name: %v", err)}
	}
	setName(metadata, drawn)
	return nil
}

func setName(metadata resource.PropertyMap, name string) {
	metadata["name"] = resource.NewProperty(name)
	if annotations, ok := editObject(metadata, "annotations"); ok {
		annotations[autonamed] = resource.NewProperty("true")
	}
}

func wasAutonamed(metadata resource.PropertyMap) bool {
	annotations := field(metadata, "annotations")
	if !annotations.IsObject() {
		return false
	}
	mark := field(annotations.ObjectValue(), autonamed)
	return mark.IsString() && mark.StringValue() == "true"
}

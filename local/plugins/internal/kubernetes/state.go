package kubernetes

import (
	"fmt"
	"math/rand/v2"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil/rpcerror"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// The keys that a state has besides the object itself.
const (
	inputsKey     = "__inputs"
	apiVersionKey = "__initialApiVersion"
	managerKey    = "__fieldManager"
)

// newFieldManager draws the name under which one object's fields are applied from its first update on.
func newFieldManager() string {
	return fmt.Sprintf("%s-%08x", createManager, rand.Uint32())
}

// textOf reads a text that the provider put into the state, or gives fallback.
func textOf(props resource.PropertyMap, key resource.PropertyKey, fallback string) string {
	if value := field(props, key); value.IsString() && value.StringValue() != "" {
		return value.StringValue()
	}
	return fallback
}

// checkpoint is the state of an object: the live object, the inputs, and who applies it.
func checkpoint(live *unstructured.Unstructured, inputs resource.PropertyMap, apiVersion, manager string) resource.PropertyMap {
	props := properties(live.Object)
	kept := inputs.Copy()
	if isSecret(live.GroupVersionKind()) {
		hideSecretData(props)
		hideSecretData(kept)
	}
	markSecrets(props, kept)
	props[inputsKey] = resource.NewProperty(kept)
	props[apiVersionKey] = resource.NewProperty(apiVersion)
	props[managerKey] = resource.NewProperty(manager)
	return props
}

// previewed is the state that a preview shows: what the server would store, without a status that it cannot know.
func previewed(live *unstructured.Unstructured, inputs resource.PropertyMap, apiVersion, manager string) resource.PropertyMap {
	props := checkpoint(live, inputs, apiVersion, manager)
	delete(props, "status")
	return props
}

// initFailed tells the engine that the object exists but is not what it should be; the state keeps it with reasons.
func initFailed(
	id resource.ID, outputs, inputs resource.PropertyMap, reasons []string,
) error {
	state, err := marshal(outputs)
	if err != nil {
		return err
	}
	given, err := marshal(inputs)
	if err != nil {
		return err
	}
	return rpcerror.WithDetails(
		rpcerror.New(codes.Unknown, reasons[0]),
		&pulumirpc.ErrorResourceInitFailed{Id: string(id), Properties: state, Inputs: given, Reasons: reasons},
	)
}

func marshal(props resource.PropertyMap) (*structpb.Struct, error) {
	return plugin.MarshalProperties(props, plugin.MarshalOptions{
		KeepUnknowns: true, KeepSecrets: true, KeepResources: true, PropagateNil: true,
	})
}

package nodejs

import (
	"fmt"

	"github.com/google/shlex"
	"google.golang.org/protobuf/types/known/structpb"
)

// options are the `runtime.options` of Pulumi.yaml or PulumiPolicy.yaml that this host acts on.
type options struct {
	nodeArgs   []string
	typescript bool
	tsconfig   string
}

// readOptions reads the runtime options; `packagemanager` is accepted and unused, as nothing is installed here.
func readOptions(raw *structpb.Struct) (options, error) {
	result := options{typescript: true}
	for key, value := range raw.GetFields() {
		switch key {
		case "typescript":
			flag, ok := value.GetKind().(*structpb.Value_BoolValue)
			if !ok {
				return options{}, fmt.Errorf("runtime option typescript must be true or false, not %v", value.AsInterface())
			}
			result.typescript = flag.BoolValue
		case "nodeargs":
			args, err := shlex.Split(value.GetStringValue())
			if err != nil {
				return options{}, fmt.Errorf("runtime option nodeargs: %w", err)
			}
			result.nodeArgs = args
		case "tsconfig":
			result.tsconfig = value.GetStringValue()
		case "packagemanager":
			if _, ok := value.GetKind().(*structpb.Value_StringValue); !ok {
				return options{}, fmt.Errorf("runtime option packagemanager must be a name, not %v", value.AsInterface())
			}
		default:
			return options{}, unsupported("runtime option " + key)
		}
	}
	return result, nil
}

// environment gives the variables by which the SDK's runner learns the TypeScript options.
func (o options) environment() []string {
	env := []string{fmt.Sprintf("PULUMI_NODEJS_TYPESCRIPT=%v", o.typescript)}
	if o.tsconfig != "" {
		env = append(env, "PULUMI_NODEJS_TSCONFIG_PATH="+o.tsconfig)
	}
	return env
}

// Package types names what is said of a machine of Amazon EC2.
package types

// InstanceStateName is what a machine does.
type InstanceStateName string

// InstanceStateNameRunning is a machine that runs.
const InstanceStateNameRunning InstanceStateName = "running"

// InstanceState is what a machine does.
type InstanceState struct {
	Name InstanceStateName
}

// Instance is a machine.
type Instance struct {
	InstanceId, PrivateIpAddress *string
	State                        *InstanceState
}

// Reservation is machines that were asked for together.
type Reservation struct {
	Instances []Instance
}

// Package ec2 stands where the client of Amazon EC2 would be: it knows no machines.
package ec2

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Client asks nobody.
type Client struct{}

// NewFromConfig is such a client, whatever its configuration.
func NewFromConfig(any) *Client { return &Client{} }

// DescribeInstancesInput names machines.
type DescribeInstancesInput struct {
	InstanceIds []string
}

// DescribeInstancesOutput would be what is known of them.
type DescribeInstancesOutput struct {
	Reservations []types.Reservation
}

// DescribeInstancesPaginator would turn the pages of an answer.
type DescribeInstancesPaginator struct{}

// NewDescribeInstancesPaginator asks nobody.
func NewDescribeInstancesPaginator(*Client, *DescribeInstancesInput) *DescribeInstancesPaginator {
	return &DescribeInstancesPaginator{}
}

// HasMorePages leads to the error of NextPage.
func (*DescribeInstancesPaginator) HasMorePages() bool { return true }

// NextPage fails.
func (*DescribeInstancesPaginator) NextPage(context.Context) (*DescribeInstancesOutput, error) {
	return nil, errors.New("this build of Traefik knows no Amazon EC2 (local/toolchain/without)")
}

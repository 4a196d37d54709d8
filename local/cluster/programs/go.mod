module commune.cloud/local/cluster/programs

go 1.26

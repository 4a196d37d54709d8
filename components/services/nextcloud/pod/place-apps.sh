#!/bin/sh
sh __SCRIPTS__/apps.sh place

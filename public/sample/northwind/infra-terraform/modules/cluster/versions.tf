terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.98"
    }
    flux = {
      source  = "fluxcd/flux"
      version = "~> 1.6"
    }
  }
}

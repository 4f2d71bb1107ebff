terraform {
  backend "s3" {
    bucket       = "northwind-terraform"
    key          = "staging.tfstate"
    region       = "eu-central-1"
    encrypt      = true
    use_lockfile = true
  }
}

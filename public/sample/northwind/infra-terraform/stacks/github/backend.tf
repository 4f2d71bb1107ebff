terraform {
  backend "s3" {
    bucket       = "northwind-terraform"
    key          = "github.tfstate"
    region       = "eu-central-1"
    encrypt      = true
    use_lockfile = true
  }
}

module "network" {
  source          = "../../modules/network"
  name            = "staging-eu"
  cidr            = "10.20.0.0/16"
  flow_log_bucket = "arn:aws:s3:::northwind-flow-logs"
}

module "cluster" {
  source      = "../../modules/cluster"
  name        = "staging-eu"
  environment = "staging"
  vpc_id      = module.network.vpc_id
  subnet_ids  = module.network.private_subnet_ids
}

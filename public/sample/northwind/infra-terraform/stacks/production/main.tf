module "network" {
  source          = "../../modules/network"
  name            = "prod-eu"
  cidr            = "10.30.0.0/16"
  flow_log_bucket = "arn:aws:s3:::northwind-flow-logs"
}

module "cluster" {
  source      = "../../modules/cluster"
  name        = "prod-eu"
  environment = "production"
  vpc_id      = module.network.vpc_id
  subnet_ids  = module.network.private_subnet_ids
  min_nodes   = 4
  max_nodes   = 24
}

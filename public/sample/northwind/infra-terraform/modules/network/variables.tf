variable "name" {
  type = string
}

variable "cidr" {
  type = string
}

variable "flow_log_bucket" {
  description = "ARN of the bucket for flow logs"
  type        = string
}

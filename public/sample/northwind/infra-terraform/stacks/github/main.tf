locals {
  protected = toset([
    "fleet-config",
    "platform-flux",
    "shop-web",
    "orders-service",
    "infra-terraform",
  ])
}

resource "github_branch_protection" "main" {
  for_each = local.protected

  repository_id  = each.key
  pattern        = "main"
  enforce_admins = each.key != "shop-web"

  required_pull_request_reviews {
    required_approving_review_count = 1
    require_code_owner_reviews      = true
    dismiss_stale_reviews           = true
  }

  required_status_checks {
    strict   = true
    contexts = []
  }
}

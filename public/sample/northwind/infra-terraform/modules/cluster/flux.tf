resource "flux_bootstrap_git" "this" {
  path       = "clusters/${var.environment}"
  depends_on = [module.eks]
}

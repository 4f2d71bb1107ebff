#!/bin/sh
# Exports repositories for Cairn: the files of the newest commit, one archive each, and what the host says of them.
#
#   sh export.sh PATH|URL...        repositories on this computer, or that git can clone
#   sh export.sh --github ORG       all repositories of an organization or person; needs gh, signed in
#   sh export.sh --gitlab GROUP     all projects of a group and its subgroups; needs glab, signed in, and jq
#
#   -o FOLDER    where the export goes; default: cairn-export
#   --offline    ask no host; only repositories on this computer
#
# It writes OWNER__NAME.tar.gz for each repository (git archive, so commit and date travel along) and one
# cairn-host.json (branch protection, environments, review times and so on; docs/host-metadata.md tells the format).
# Run it again after an interruption: what is there already is passed over. Delete a file to get it anew.
# No token, no address and no setting of this computer is written. Nothing is sent anywhere: hosts are only read.
set -eu

out=cairn-export offline=no github='' gitlab=''
say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
usage() { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }

# --- What to export: lines "git ADDRESS", "github OWNER/NAME", "gitlab GROUP/NAME" ---
[ $# -gt 0 ] || usage
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
list=$work/list && : >"$list"
while [ $# -gt 0 ]; do
  case $1 in
    -o | --github | --gitlab)
      [ $# -gt 1 ] || usage
      case $1 in -o) out=$2 ;; --github) github=$2 ;; *) gitlab=$2 ;; esac
      shift ;;
    --offline) offline=yes ;;
    -*) usage ;;
    *) printf 'git %s\n' "$1" >>"$list" ;;
  esac
  shift
done
have git || stop 'git is missing; install it first.'
if [ -n "$github" ]; then
  have gh || stop 'gh is missing: https://cli.github.com'
  gh repo list "$github" --limit 5000 --source --no-archived --json nameWithOwner --jq '.[].nameWithOwner' \
    >"$work/found" || stop "gh could not list $github. Sign in with: gh auth login"
  sed 's/^/github /' "$work/found" >>"$list"
fi
if [ -n "$gitlab" ]; then
  { have glab && have jq; } || stop 'glab or jq is missing: https://gitlab.com/gitlab-org/cli and https://jqlang.org'
  group=$(printf %s "$gitlab" | sed 's,/,%2F,g')
  glab api --paginate "groups/$group/projects?include_subgroups=true&archived=false&per_page=100" \
    >"$work/found" || stop "glab could not list $gitlab. Sign in with: glab auth login"
  jq -r '.[].path_with_namespace' "$work/found" | sed 's/^/gitlab /' >>"$list"
fi
mkdir -p "$out"

# --- What a host says of one repository, as members of a JSON object ---
# What cannot be read (no right, no such thing) is left out: Cairn takes it as unknown, never as no.
# $1: path below the API; $2: what to take from the answer, for jq, which gh has inside.
gh_get() { if said=$(gh api "repos/$1" --jq "$2" 2>/dev/null); then printf %s "$said"; fi; }
gl_get() { if said=$(glab api "projects/$1" 2>/dev/null); then printf %s "$said" | jq -c "$2" 2>/dev/null || :; fi; }
member() { if [ -n "$2" ]; then printf ',"%s":%s' "$1" "$2"; fi; }
# Protection is told in several places. They stay apart here, and Cairn joins them.
protection() {
  parts=$(printf '%s\n' "$@" | sed '/^$/d' | paste -sd, -)
  member protection "${parts:+[$parts]}"
}
# For jq: seconds of a time, the middle of a list, hours with one digit, whether a time is in the last days.
# shellcheck disable=SC2016  # all $ here are jq's
help='def t: sub("\\.[0-9]+"; "") | sub("[+-][0-9:]+$"; "Z") | fromdateiso8601;
  def mid: sort | if length == 0 then null else .[length / 2 | floor] end;
  def hours: if . == null then null else (. / 360 | floor) / 10 end;
  def recent($days): . != null and (t > now - $days * 86400);'

from_github() {
  branch=$(gh_get "$1" '.default_branch // ""' | tr -d '\\"')
  [ -n "$branch" ] || return 0
  printf ',"host":"github","default-branch":"%s"' "$branch"
  member security "$(gh_get "$1" '.security_and_analysis // empty | {"leak-scanning": .secret_scanning.status,
    "push-protection": .secret_scanning_push_protection.status,
    "dependency-updates": .dependabot_security_updates.status}
    | with_entries(select(.value != null) | .value |= (. == "enabled"))')"
  # The branch, the rule sets that reach it, and its own protection, which only administrators can read.
  protection "$(gh_get "$1/branches/$branch" '{protected}')" "$(gh_get "$1/rules/branches/$branch" 'if . == [] then {} else {
      protected: true,
      "pull-request": (if any(.type == "pull_request") then true else null end),
      "required-reviews": (map(.parameters.required_approving_review_count // empty) | max),
      "code-owner-review": (if any(.parameters.require_code_owner_review == true) then true else null end),
      "required-checks": map(.parameters.required_status_checks // [] | .[].context),
      "signed-commits": (if any(.type == "required_signatures") then true else null end),
      "force-pushes": (if any(.type == "non_fast_forward") then false else null end)} end')" \
    "$(gh_get "$1/branches/$branch/protection" '{protected: true,
      "pull-request": (.required_pull_request_reviews != null),
      "required-reviews": (.required_pull_request_reviews.required_approving_review_count // 0),
      "code-owner-review": (.required_pull_request_reviews.require_code_owner_reviews // false),
      "required-checks": (.required_status_checks.contexts // []),
      "signed-commits": (.required_signatures.enabled // false),
      "force-pushes": (.allow_force_pushes.enabled // false),
      "administrators": (.enforce_admins.enabled // false)}')"
  member environments "$(gh_get "$1/environments" '[.environments[] | {name,
    reviewers: ([.protection_rules[]? | .reviewers // [] | length] | add // 0),
    "wait-minutes": ([.protection_rules[]? | .wait_timer // 0] | add // 0),
    branches: (if .deployment_branch_policy == null then "any" else "some" end)}]')"
  # shellcheck disable=SC2016  # $o and $n are GraphQL's
  if said=$(gh api graphql -f o="${1%%/*}" -f n="${1#*/}" -f query='query($o: String!, $n: String!) {
      repository(owner: $o, name: $n) { pullRequests(last: 50, states: MERGED) { nodes {
        createdAt mergedAt reviews(first: 1) { nodes { submittedAt } } } } } }' --jq "$help"'
    .data.repository.pullRequests.nodes | map({from: (.createdAt | t), to: (.mergedAt | t),
      seen: (.reviews.nodes[0].submittedAt // null)}) | {requests: length, reviewed: (map(select(.seen)) | length),
      "median-hours-to-first-review": (map(select(.seen) | (.seen | t) - .from) | mid | hours),
      "median-hours-to-merge": (map(.to - .from) | mid | hours)}' 2>/dev/null); then member reviews "$said"; fi
  member runs "$(gh_get "$1/actions/runs?branch=$branch&per_page=100" '[.workflow_runs[].conclusion
    | select(. == "success" or . == "failure" or . == "timed_out")]
    | {runs: length, successes: (map(select(. == "success")) | length)}')"
  member releases "$(gh_get "$1/releases?per_page=100" "$help"'map(select(.draft | not)
    | select(.published_at | recent(90))) | {days: 90, count: length}')"
  member deployments "$(gh_get "$1/deployments?per_page=100" "$help"'map(select(.created_at | recent(30)))
    | group_by(.environment) | map({environment: .[0].environment, days: 30, count: length})')"
}

from_gitlab() {
  id=$(printf %s "$1" | sed 's,/,%2F,g')
  branch=$(gl_get "$id" '.default_branch // ""' | tr -d '\\"')
  [ -n "$branch" ] || return 0
  printf ',"host":"gitlab","default-branch":"%s"' "$branch"
  protection "$(gl_get "$id/protected_branches/$(printf %s "$branch" | sed 's,/,%2F,g')" '{protected: true,
      "pull-request": ([.push_access_levels[].access_level] | max == 0), "force-pushes": .allow_force_push,
      "code-owner-review": .code_owner_approval_required}')" \
    "$(gl_get "$id/approval_rules" 'map(.approvals_required // 0) | max | values | {"required-reviews": .}')" \
    "$(gl_get "$id/push_rule" '{"signed-commits": .reject_unsigned_commits}')" \
    "$(gl_get "$id" 'if .only_allow_merge_if_pipeline_succeeds then {"required-checks": ["pipeline"]} else {} end')"
  member environments "$(gl_get "$id/protected_environments" 'map({name, reviewers: (.required_approval_count // 0)})')"
  member reviews "$(gl_get "$id/merge_requests?state=merged&per_page=50" "$help"'map(select(.merged_at))
    | {requests: length, "median-hours-to-merge": (map((.merged_at | t) - (.created_at | t)) | mid | hours)}')"
  member runs "$(gl_get "$id/pipelines?ref=$branch&per_page=100" 'map(.status | select(. == "success" or . == "failed"))
    | {runs: length, successes: (map(select(. == "success")) | length)}')"
  member releases "$(gl_get "$id/releases?per_page=100" "$help"'map(select(.released_at | recent(90)))
    | {days: 90, count: length}')"
  member deployments "$(gl_get "$id/deployments?order_by=created_at&sort=desc&per_page=100" "$help"'
    map(select(.status == "success" and (.created_at | recent(30)))) | group_by(.environment.name)
    | map({environment: .[0].environment.name, days: 30, count: length})')"
}

# --- One repository after the other ---
lines=$work/lines # one line of cairn-host.json for each repository; those of an earlier run stay
if [ -f "$out/cairn-host.json" ]; then sed -n 's/,$//; /^{"name":/p' "$out/cairn-host.json" >"$lines"; fi
total=$(wc -l <"$list" | tr -d ' ') at=0 failed=0
while read -r from what; do
  at=$((at + 1)) host=$from name=$what
  if [ "$from" = git ]; then
    address=$what
    if [ -e "$what" ]; then address=$(git -C "$what" config --get remote.origin.url || echo "$what"); fi
    case $address in *github.com[:/]*) host=github ;; *gitlab.com[:/]*) host=gitlab ;; esac
    case $address in
      # An address: without scheme, user, password, host, port, query and ".git", owner/name is left.
      [a-z]*://[!/]* | *@*:*) name=$(printf %s "$address" | sed -e 's/[?#].*//' -e 's,^[a-z+]*://,,' -e 's,^.*@,,' \
        -e 's,:[0-9]*/,/,' -e 's,:,/,' -e 's,^[^/]*/*,,' -e 's,/*$,,' -e 's/\.git$//') ;;
      # A folder: its name.
      *) name=$(if cd "$what" 2>/dev/null; then pwd; else echo "$what"; fi | sed -e 's,/*$,,' -e 's,.*/,,' -e 's/\.git$//') ;;
    esac
  fi
  name=$(printf %s "$name" | tr -c 'A-Za-z0-9._/-' _)
  file=$(printf %s "$name" | sed 's,/,__,g').tar.gz
  if [ -f "$out/$file" ]; then
    say "[$at/$total] $name: is there already"
  else
    say "[$at/$total] $name"
    clone=$work/clone
    rm -rf "$clone"
    # What git says is kept back: it may tell an address with a password in it.
    case $from in
      github) gh repo clone "$what" "$clone" -- --depth 1 --quiet >/dev/null 2>&1 </dev/null || : ;;
      gitlab) glab repo clone "$what" "$clone" -- --depth 1 --quiet >/dev/null 2>&1 </dev/null || : ;;
      *) if [ -e "$what" ]; then clone=$(git -C "$what" rev-parse --show-toplevel 2>/dev/null || echo "$what")
        elif [ "$offline" = no ]; then git clone --depth 1 --quiet -- "$what" "$clone" >/dev/null 2>&1 </dev/null || :; fi ;;
    esac
    if git -C "$clone" archive --format=tar.gz --prefix="${name##*/}/" HEAD >"$out/$file.part" 2>/dev/null; then
      mv "$out/$file.part" "$out/$file"
    else
      rm -f "$out/$file.part"
      say '    could not be exported: it is no repository, holds no commit, or may not be read'
      failed=$((failed + 1)) host=none
    fi
  fi
  # The metadata is whole after each repository, so that an interruption loses nothing.
  if [ "$offline" = no ] && ! grep -qsF "{\"name\":\"$name\"," "$lines"; then
    case $host in
      github) said=$(if have gh; then from_github "$name" </dev/null; fi) ;;
      gitlab) said=$(if have glab && have jq; then from_gitlab "$name" </dev/null; fi) ;;
      *) said='' ;;
    esac
    if [ -n "$said" ]; then
      printf '{"name":"%s","taken":"%s"%s}\n' "$name" "$(date -u +%Y-%m-%d)" "$said" >>"$lines"
      { echo '{"schema":"cairn-host/1","repositories":['; sed '$!s/$/,/' "$lines"; echo ']}'; } >"$out/cairn-host.json.part"
      mv "$out/cairn-host.json.part" "$out/cairn-host.json"
    fi
  fi
done <"$list"
say "Done: $((total - failed)) of $total in $out. Open that folder in Cairn."
[ "$failed" -eq 0 ]

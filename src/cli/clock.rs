//! What the clock says.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::util::date::iso_date;

/// Today as an ISO 8601 date in UTC.
#[must_use]
pub fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    iso_date(i64::try_from(seconds).unwrap_or(i64::MAX))
}

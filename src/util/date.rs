//! Dates of the Gregorian calendar in UTC.
//!
//! The arithmetic is that of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms" (`days_from_civil` and
//! `civil_from_days`): years begin with March, so that a leap day is the last day of its year.

/// Seconds of a day. Unix time knows no leap seconds.
pub(crate) const SECONDS_PER_DAY: i64 = 86_400;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;
/// Days of the 400 years after which the calendar repeats.
const DAYS_PER_ERA: i64 = 146_097;

/// Days from 1970-01-01 to a date; `month` is in 1..=12, `day` in 1..=31.
pub(crate) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH
}

/// Year, month and day of so many days after 1970-01-01.
pub(crate) fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + EPOCH;
    let era = days.div_euclid(DAYS_PER_ERA);
    let day_of_era = days.rem_euclid(DAYS_PER_ERA);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// ISO 8601 date of a time in seconds since 1970.
#[must_use]
pub fn iso_date(seconds: i64) -> String {
    let (year, month, day) = civil_from_days(seconds.div_euclid(SECONDS_PER_DAY));
    format!("{year:04}-{month:02}-{day:02}")
}

/// Milliseconds since 1970 of an ISO 8601 date, or date and time, with or without a zone; where none is said, it is UTC.
/// None for anything else.
#[must_use]
pub fn milliseconds(text: &str) -> Option<i64> {
    let number = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<i64>().ok()).flatten();
    let field = |at: std::ops::Range<usize>| text.get(at).and_then(number);
    let (year, month, day) = (field(0..4)?, field(5..7)?, field(8..10)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || text.get(4..5) != Some("-") {
        return None;
    }
    let midnight = days_from_civil(year, month, day) * SECONDS_PER_DAY * 1_000;
    if text.len() == 10 {
        return Some(midnight);
    }
    let (hours, minutes, seconds) = (field(11..13)?, field(14..16)?, field(17..19).unwrap_or(0));
    let rest = text.get(19..).unwrap_or_default();
    let zone_at = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
    let (fraction, zone) = rest.split_at(zone_at);
    let thousandths = format!("{:0<3}", fraction.trim_start_matches('.')).get(..3).and_then(number)?;
    let offset = match zone.get(..1) {
        Some(sign @ ("+" | "-")) => {
            let minutes = zone.get(1..3).and_then(number)? * 60 + zone.get(4..6).and_then(number).unwrap_or(0);
            if sign == "-" { -minutes } else { minutes }
        }
        _ => 0,
    };
    Some(midnight + ((hours * 60 + minutes - offset) * 60 + seconds) * 1_000 + thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_civil_dates() {
        assert_eq!(iso_date(0), "1970-01-01");
        assert_eq!(iso_date(951_782_400), "2000-02-29");
        assert_eq!(iso_date(1_795_392_000), "2026-11-23");
        assert_eq!(iso_date(-1), "1969-12-31");
    }

    #[test]
    fn dates_and_times_become_milliseconds() {
        for (text, milliseconds) in [
            ("1970-01-02", Some(86_400_000)),
            ("1970-01-01T00:00:01.250Z", Some(1_250)),
            ("1970-01-01T01:00:01.2+01:00", Some(1_200)),
            ("1969-12-31T22:30:00-01:30", Some(0)),
            ("1970-01-01T00:01", Some(60_000)),
            ("", None),
            ("1970", None),
            ("1970-13-01", None),
            ("1970-01-01T", None),
            ("19700-1-01", None),
            ("yesterday!", None),
            ("1970-01-0\u{e9}", None),
        ] {
            assert_eq!(super::milliseconds(text), milliseconds, "{text}");
        }
    }

    #[test]
    fn days_and_dates_are_inverse() {
        assert_eq!(days_from_civil(1970, 1, 1), 0);
        // From 1900, no leap year, over 2000, which is one.
        for days in (-26_000..50_000).chain([-800_000, 800_000]) {
            let (year, month, day) = civil_from_days(days);
            assert!((1..=12).contains(&month) && (1..=31).contains(&day), "{days}");
            assert_eq!(days_from_civil(year, month, day), days);
        }
    }
}

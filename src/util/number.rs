//! Numbers as text, without the tables of the standard library.

/// A number of at most three decimals, without a sign. The standard library's way to write any float takes eleven
/// kilobytes.
pub(crate) fn thousandths(value: f64) -> String {
    let all = (value.clamp(0.0, 1e12) * 1_000.0).round() as u64;
    let (whole, rest) = (all / 1_000, all % 1_000);
    if rest == 0 {
        return whole.to_string();
    }
    format!("{whole}.{rest:03}").trim_end_matches('0').to_owned()
}

/// A decimal number. The standard library's way to read any float to the last bit takes a table of ten kilobytes; numbers
/// of up to fifteen digits come out the same here.
pub(crate) fn decimal(text: &str) -> Option<f64> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?.clamp(-1_000, 1_000)),
        None => (text, 0),
    };
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && rest.is_empty() || digits.len() > 1_000 {
        return None;
    }
    let (mut mantissa, mut power) = (0u64, exponent - rest.len() as i32);
    for digit in whole.bytes().chain(rest.bytes()) {
        let digit = char::from(digit).to_digit(10)?;
        if mantissa < 1 << 59 {
            mantissa = mantissa * 10 + u64::from(digit);
        } else {
            power += 1;
        }
    }
    let ten = (0..power.unsigned_abs()).fold(1.0, |ten, _| ten * 10.0);
    let value = match mantissa {
        0 => 0.0,
        _ if power < 0 => mantissa as f64 / ten,
        _ => mantissa as f64 * ten,
    };
    value.is_finite().then_some(if negative { -value } else { value })
}

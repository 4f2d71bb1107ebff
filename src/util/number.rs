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

/// Longest decimal number that is read, in bytes.
const MAX_DIGITS: usize = 1_000;

/// A finite decimal number, rounded as IEEE 754 asks for. The standard library's way takes a table of ten kilobytes that no
/// host can compress; this one takes a few more steps for numbers of more than fifteen digits.
pub(crate) fn decimal(text: &str) -> Option<f64> {
    let (is_negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?.clamp(-2_000, 2_000)),
        None => (text, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = || whole.bytes().chain(fraction.bytes());
    if whole.is_empty() && fraction.is_empty() || digits.len() > MAX_DIGITS || !all().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let power = exponent - i32::try_from(fraction.len()).ok()?;
    // Both numbers are exact, so that one operation rounds once.
    let mantissa = all().try_fold(0u64, |n, b| n.checked_mul(10)?.checked_add(u64::from(b - b'0')));
    let value = match mantissa {
        Some(n) if n < 1 << 53 && power.unsigned_abs() <= 22 => {
            let ten = (0..power.unsigned_abs()).fold(1.0, |ten, _| ten * 10.0);
            if power < 0 { n as f64 / ten } else { n as f64 * ten }
        }
        _ => {
            let mut exact = Natural::default();
            all().for_each(|b| exact.multiply_add(10, u32::from(b - b'0')));
            exact.scaled(power)
        }
    };
    value.is_finite().then_some(if is_negative { -value } else { value })
}

/// A whole number of any size, in digits of 32 bits, the lowest first.
#[derive(Default)]
struct Natural(Vec<u32>);

impl Natural {
    fn multiply_add(&mut self, by: u32, add: u32) {
        let mut carry = u64::from(add);
        for digit in &mut self.0 {
            carry += u64::from(*digit) * u64::from(by);
            *digit = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    /// Divides and gives the remainder.
    fn divide(&mut self, by: u32) -> u32 {
        let mut rest = 0u64;
        for digit in self.0.iter_mut().rev() {
            rest = rest << 32 | u64::from(*digit);
            *digit = (rest / u64::from(by)) as u32;
            rest %= u64::from(by);
        }
        rest as u32
    }

    /// This number times a power of ten, rounded to the nearest float, to the even one of two.
    fn scaled(mut self, power: i32) -> f64 {
        let mut exponent = 0;
        let mut is_inexact = false;
        for _ in 0..power {
            self.multiply_add(10, 0);
        }
        if power < 0 {
            // Four bits more for each division by ten, and more than a float has, stay in the quotient.
            let digits = power.unsigned_abs() as usize / 8 + 3;
            self.0.splice(0..0, std::iter::repeat_n(0, digits));
            exponent = -32 * digits as i32;
            for _ in power..0 {
                is_inexact |= self.divide(10) > 0;
            }
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        let Some(top) = self.0.last() else { return 0.0 };
        let bits = 32 * self.0.len() as i32 - top.leading_zeros() as i32;
        // A float has 53 bits, fewer where its exponent is the least.
        let dropped = (bits - 53).max(-1_074 - exponent).max(0);
        let bit = |at: i32| at >= 0 && self.0.get(at as usize / 32).is_some_and(|digit| digit >> (at % 32) & 1 == 1);
        let mut mantissa = (dropped..bits).rev().fold(0u64, |n, at| n << 1 | u64::from(bit(at)));
        is_inexact |= (0..dropped - 1).any(bit);
        if bit(dropped - 1) && (is_inexact || mantissa & 1 == 1) {
            mantissa += 1;
        }
        // In two steps: the factor alone may be smaller than any float.
        let shift = exponent + dropped;
        mantissa as f64 * two_to(shift / 2) * two_to(shift - shift / 2)
    }
}

fn two_to(power: i32) -> f64 {
    let (factor, times) = if power < 0 { (0.5, -power) } else { (2.0, power) };
    (0..times).fold(1.0, |value, _| value * factor)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_decimal_number_is_none() {
        for text in
            ["", "-", "+", ".", "e5", "1e", "1_000", "0x1", "nan", "inf", "1e400", "1.2.3", " 1", "1 ", "--1", "1e5.0"]
        {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn odd_numbers_are_read_as_the_standard_library_does() {
        for text in [
            "1.",
            ".5",
            "+2",
            "-0.25e2",
            "0e999",
            "1e-999",
            "5e-324",
            "2e-324",
            "3e-324",
            "2.2250738585072011e-308",
            "2.2250738585072014e-308",
            "1.7976931348623157e308",
            "-1e300",
            "9007199254740993",
            "9007199254740992.5",
            "9007199254740993.00000000000000000000001",
            "123456789012345678901234567890",
            "0.1e1",
            "1e22",
            "1e23",
            "0.000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001e90",
        ] {
            assert_eq!(decimal(text), text.parse().ok(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_float_comes_back(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            for text in [format!("{value:e}"), format!("{value:.20e}"), format!("{value}")] {
                if text.len() < MAX_DIGITS {
                    prop_assert_eq!(decimal(&text), text.parse().ok().filter(|x: &f64| x.is_finite()), "{}", text);
                }
            }
        }

        #[test]
        fn any_digits_are_read_as_the_standard_library_does(text in "-?[0-9]{1,25}(\\.[0-9]{0,25})?(e-?[0-9]{1,3})?") {
            prop_assert_eq!(decimal(&text), text.parse().ok().filter(|x: &f64| x.is_finite()));
        }

        #[test]
        fn between_two_floats_the_even_one_is_taken(n in 1_u64 << 53..1 << 60) {
            // Every second of the first of them lies in the middle of two floats.
            prop_assert_eq!(decimal(&n.to_string()), Some(n as f64));
            let odd = (n >> 6) | 1;
            prop_assert_eq!(decimal(&odd.to_string()), Some(odd as f64));
        }
    }
}

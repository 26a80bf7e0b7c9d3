//! Durations on the command line: `3`, `3s`, `5m`, `1h`.

use std::time::Duration;

/// Parses a duration; a number without a unit is in seconds.
pub(super) fn parse(text: &str) -> Result<Duration, &'static str> {
    const EXPECTED: &str = "a duration, such as 30s, 5m or 1h";

    let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let seconds = match &text[digits.len()..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        _ => return Err(EXPECTED),
    };
    let number: u64 = digits.parse().map_err(|_| EXPECTED)?;
    number.checked_mul(seconds).map(Duration::from_secs).ok_or(EXPECTED)
}

/// Formats a duration in its largest whole unit: `5m`, `90s`.
pub(super) fn shown(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 => "0s".to_owned(),
        _ if seconds.is_multiple_of(60 * 60) => format!("{}h", seconds / (60 * 60)),
        _ if seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
        _ => format!("{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_each_unit_and_shown_in_the_largest() {
        for (text, seconds, largest) in [
            ("3", 3, "3s"),
            ("3s", 3, "3s"),
            ("5m", 300, "5m"),
            ("90", 90, "90s"),
            ("2h", 7_200, "2h"),
            ("0", 0, "0s"),
        ] {
            let duration = parse(text).expect(text);
            assert_eq!(duration, Duration::from_secs(seconds));
            assert_eq!(shown(duration), largest);
        }
        for bad in ["", "s", "-3", "3d", "1.5m", "3 s", "99999999999999999999", "5124095576030432h"]
        {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}

//! Points in time on the command line, in RFC 3339.

use std::time::{Duration, SystemTime};

use telecrm_runtime::Date;

/// Parses a time with its offset.
pub(super) fn parse(text: &str) -> Result<SystemTime, &'static str> {
    const EXPECTED: &str = "a time with its offset, such as 2026-05-01T09:00:00+05:30";

    let instant: Date = text.parse().map_err(|_| EXPECTED)?;
    let millis = u64::try_from(instant.unix_millis()).map_err(|_| EXPECTED)?;
    Ok(SystemTime::UNIX_EPOCH + Duration::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_needs_an_offset() {
        let time = parse("1970-01-12T13:46:40+00:00").expect("a time");
        assert_eq!(time, SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000));
        for bad in ["2026-05-01", "2026-05-01T09:00:00", "yesterday", ""] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}

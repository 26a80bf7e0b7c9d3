//! The arguments that have a grammar of their own: a limit, a step of a script, a chance.

use std::fmt;
use std::str::FromStr;

use telecrm_emulator::{Fault, InvalidFault};

/// `18000`, or `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limit(pub(super) Option<u32>);

impl FromStr for Limit {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "none" => Ok(Self(None)),
            number => number.parse().map(|it| Self(Some(it))).map_err(|_| "a number, or `none`"),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(limit) => limit.fmt(f),
            None => f.write_str("none"),
        }
    }
}

/// A step of a script: a fault, or `ok`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Next(pub(super) Option<Fault>);

impl FromStr for Next {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        if text == "ok" { Ok(Self(None)) } else { text.parse().map(|it| Self(Some(it))) }
    }
}

/// `server_error=0.1`
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Chance {
    pub(super) fault: Fault,
    pub(super) rate: f64,
}

impl FromStr for Chance {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((fault, rate)) = text.split_once('=') else {
            return Err(
                "a fault, `=` and a rate from 0 to 1, such as `server_error=0.1`".to_owned()
            );
        };
        let fault = fault.parse().map_err(|it: InvalidFault| it.to_string())?;
        match rate.parse() {
            Ok(rate) if (0.0..=1.0).contains(&rate) => Ok(Self { fault, rate }),
            _ => Err(format!("`{rate}` is no rate: a number from 0 (never) to 1 (always)")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chance_is_a_fault_and_a_rate() {
        let chance = Chance { fault: Fault::Latency { millis: 250 }, rate: 0.5 };
        assert_eq!("latency:250=0.5".parse(), Ok(chance));
        for text in ["500", "500=", "500=1.1", "500=-0.1", "500=NaN", "501=1", "=1"] {
            assert!(text.parse::<Chance>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_step_is_a_fault_or_ok_and_a_limit_a_number_or_none() {
        assert_eq!("ok".parse(), Ok(Next(None)));
        assert_eq!("500".parse(), Ok(Next(Some(Fault::ServerError))));
        assert_eq!("none".parse(), Ok(Limit(None)));
        assert_eq!("10".parse(), Ok(Limit(Some(10))));
        assert!("ten".parse::<Limit>().is_err());
    }
}

//! Fault with a probability.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Fault;

/// A fault with a rate from 0 (never) to 1 (always).
///
/// ```
/// use telecrm_emulator::{Fault, FaultRate};
///
/// let rate: FaultRate = "server_error=0.1".parse()?;
/// assert_eq!((rate.rate(), rate.fault()), (0.1, &Fault::ServerError));
/// assert!(FaultRate::new(1.1, Fault::ServerError).is_err());
/// # Ok::<(), telecrm_emulator::InvalidRate>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct FaultRate {
    rate: f64,
    fault: Fault,
}

/// JSON form of a [`FaultRate`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    rate: f64,
    fault: Fault,
}

impl TryFrom<Parts> for FaultRate {
    type Error = InvalidRate;

    fn try_from(Parts { rate, fault }: Parts) -> Result<Self, InvalidRate> {
        Self::new(rate, fault)
    }
}

/// A text or number that cannot be used as the rate of a fault.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidRate(String);

impl FaultRate {
    /// Creates a rate of a fault.
    ///
    /// # Errors
    ///
    /// Returns an error if the rate is outside 0 to 1.
    pub fn new(rate: f64, fault: Fault) -> Result<Self, InvalidRate> {
        if (0.0..=1.0).contains(&rate) {
            Ok(Self { rate, fault })
        } else {
            Err(InvalidRate(format!("a rate must be from 0 (never) to 1 (always), not {rate}")))
        }
    }

    /// Returns the rate, from 0 to 1.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// Returns the fault.
    #[must_use]
    pub fn fault(&self) -> &Fault {
        &self.fault
    }
}

/// Parses the word of a fault, `=`, and the rate: `server_error=0.1`.
impl FromStr for FaultRate {
    type Err = InvalidRate;

    fn from_str(text: &str) -> Result<Self, InvalidRate> {
        // An API name may contain `=`, a rate cannot.
        let Some((fault, rate)) = text.rsplit_once('=') else {
            let form = "expected a fault, `=` and a rate from 0 to 1, such as `server_error=0.1`";
            return Err(InvalidRate(form.to_owned()));
        };
        let fault = fault.parse().map_err(|error| InvalidRate(format!("{error}")))?;
        let number = rate.parse().map_err(|_| {
            let rate = telecrm_schema::escaped(rate);
            InvalidRate(format!(
                "a rate must be a number from 0 (never) to 1 (always), not `{rate}`"
            ))
        })?;
        Self::new(number, fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_and_rate_parse_from_one_word() {
        let rate = FaultRate::new(0.5, Fault::Latency { millis: 250 });
        assert_eq!("latency:250=0.5".parse(), rate);
        let named = FaultRate::new(1.0, Fault::DropField { name: "a=b".to_owned() });
        assert_eq!("drop_field:a=b=1".parse(), named);
        for text in ["500", "500=", "500=1.1", "500=-0.1", "500=NaN", "501=1", "=1", "500=x"] {
            assert!(text.parse::<FaultRate>().is_err(), "{text}");
        }
    }

    #[test]
    fn rate_outside_0_to_1_is_an_error() {
        for rate in [-0.1, 1.1, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let error = FaultRate::new(rate, Fault::LoseLead).expect_err("outside").to_string();
            assert!(error.contains("from 0 (never) to 1 (always)"), "{error}");
            let panicked =
                std::panic::catch_unwind(|| crate::Faults::none().rate(rate, Fault::LoseLead));
            assert!(panicked.is_err(), "{rate}");
        }
        assert!(FaultRate::new(0.0, Fault::LoseLead).is_ok());
        assert!(FaultRate::new(1.0, Fault::LoseLead).is_ok());
    }
}

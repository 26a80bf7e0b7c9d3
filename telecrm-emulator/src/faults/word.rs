//! A fault in one word, as command lines take it: its name, and its setting after a colon.

use std::str::FromStr;

use super::Fault;

/// The text names no fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no fault: {FORMS}")]
#[non_exhaustive]
pub struct InvalidFault(pub String);

const FORMS: &str = "latency:MILLIS, too_many_requests, too_many_requests:SECONDS, server_error, \
                     close_before_processing, close_after_processing, half_answer, \
                     redirect_to_login, login_page";

/// By its [name](Fault::name), with `-` for `_` if you like: `server_error`, `latency:250` (after
/// 250 ms), `too_many_requests:2` (with `Retry-After: 2`). `429` and `500` are short for two.
///
/// ```
/// use telecrm_emulator::Fault;
///
/// assert_eq!("429:2".parse(), Ok(Fault::TooManyRequests { retry_after: Some(2) }));
/// assert_eq!("half-answer".parse(), Ok(Fault::HalfAnswer));
/// ```
impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let invalid = || InvalidFault(text.to_owned());
        let (name, setting) = match text.split_once(':') {
            Some((name, setting)) => (name, Some(setting)),
            None => (text, None),
        };
        let fault = match (name.replace('-', "_").as_str(), setting) {
            ("latency", Some(millis)) => {
                Self::Latency { millis: millis.parse().map_err(|_| invalid())? }
            }
            ("too_many_requests" | "429", None) => Self::TooManyRequests { retry_after: None },
            ("too_many_requests" | "429", Some(seconds)) => {
                let seconds = seconds.parse().map_err(|_| invalid())?;
                Self::TooManyRequests { retry_after: Some(seconds) }
            }
            ("server_error" | "500", None) => Self::ServerError,
            ("close_before_processing", None) => Self::CloseBeforeProcessing,
            ("close_after_processing", None) => Self::CloseAfterProcessing,
            ("half_answer", None) => Self::HalfAnswer,
            ("redirect_to_login", None) => Self::RedirectToLogin,
            ("login_page", None) => Self::LoginPage,
            _ => return Err(invalid()),
        };
        Ok(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_found_by_its_name() {
        for fault in [
            Fault::TooManyRequests { retry_after: None },
            Fault::ServerError,
            Fault::CloseBeforeProcessing,
            Fault::CloseAfterProcessing,
            Fault::HalfAnswer,
            Fault::RedirectToLogin,
            Fault::LoginPage,
        ] {
            assert_eq!(fault.name().parse(), Ok(fault));
            assert_eq!(fault.name().replace('_', "-").parse(), Ok(fault));
            assert!(FORMS.contains(fault.name()), "{fault:?} is not named to who misspells it");
        }
        assert_eq!("latency:250".parse(), Ok(Fault::Latency { millis: 250 }));
        assert_eq!("429:3".parse(), Ok(Fault::TooManyRequests { retry_after: Some(3) }));
        assert_eq!("500".parse(), Ok(Fault::ServerError));
    }

    #[test]
    fn a_setting_too_many_or_too_few_is_an_error_that_lists_the_faults() {
        for text in ["", "latency", "latency:", "latency:-1", "429:x", "server_error:1", "502", ":"]
        {
            let error = text.parse::<Fault>().expect_err(text);
            assert!(error.to_string().contains("latency:MILLIS, too_many"), "{error}");
        }
    }
}

//! What text from forms and files leaves out: the country of a phone, the time zone of a date.

use crate::value::{CountryCode, Date, Phone, UtcOffset, ValueError};

/// Settings for reading values from text: forms, CSV files, webhooks.
///
/// Without them text is read strictly: a phone with its country code and digits alone, a date as an
/// instant. With a country code, phones are read as people type them ([`Phone::normalize`]); with an
/// offset from UTC, local dates are read: `2026-05-01`, `01/05/2026` (day first, as telecrm writes
/// them), and both with a time such as `10:00` or `10:00:30`.
///
/// ```
/// use telecrm_runtime::ParseOptions;
///
/// let india = ParseOptions::new().country_code("91")?.utc_offset("+05:30")?;
/// # let _ = india;
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
///
/// A generated lead takes them in `set_with`, and [`parse_lead`](crate::parse_lead) for a whole form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParseOptions {
    country_code: Option<CountryCode>,
    utc_offset: Option<UtcOffset>,
}

impl ParseOptions {
    /// The strict settings.
    #[must_use]
    pub const fn new() -> Self {
        Self { country_code: None, utc_offset: None }
    }

    /// Reads phones as people type them, with this country code where they leave it out.
    ///
    /// # Errors
    ///
    /// When the text is not 1 to 3 digits, with or without a `+`.
    pub fn country_code(self, code: &str) -> Result<Self, ValueError> {
        Ok(Self { country_code: Some(CountryCode::parse(code)?), ..self })
    }

    /// Reads local dates and times, at this offset from UTC: `+05:30`, `-03:00`, `Z`.
    ///
    /// # Errors
    ///
    /// When the text is not an offset.
    pub fn utc_offset(self, offset: &str) -> Result<Self, ValueError> {
        Ok(Self { utc_offset: Some(UtcOffset::parse(offset)?), ..self })
    }

    pub(crate) fn phone(&self, text: &str) -> Result<Phone, ValueError> {
        match self.country_code {
            Some(code) => Phone::normalize_with(text, code),
            None => text.parse(),
        }
    }

    pub(crate) fn date(&self, text: &str) -> Result<Date, ValueError> {
        Date::parse_with(text, self.utc_offset)
    }
}

//! Payments: the only predefined action that the API accepts (telecrm: Payment).

use std::fmt;
use std::str::FromStr;

use crate::value::{Amount, Kind, Reason, ValueError};

/// A payment on the lead's timeline (telecrm: Payment).
///
/// On the wire: `{"type":"PAYMENT","status":…,"currency":…,"amount":"5000"}`. All four keys are required.
///
/// ```
/// use telecrm_runtime::{Currency, Payment, PaymentStatus, amount};
///
/// let payment = Payment::new(PaymentStatus::Completed, Currency::Inr, amount!("5000"));
/// # let _ = payment;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Payment {
    /// State of the payment.
    pub status: PaymentStatus,
    /// Currency of the amount.
    pub currency: Currency,
    /// Amount, greater than 0.
    pub amount: Amount,
}

impl Payment {
    /// Creates a payment. telecrm silently drops a payment without one of the three values.
    // rustc prints the line with the name, including the comment, below a call with wrong arguments.
    #[must_use]
    #[rustfmt::skip]
    pub const fn new( // telecrm silently drops a payment without status, currency and amount: `amount!("5000")`
        status: PaymentStatus,
        currency: Currency,
        amount: Amount,
    ) -> Self {
        Self {
            status,
            currency,
            amount,
        }
    }
}

macro_rules! wire_words {
    (
        $(#[$doc:meta])*
        $name:ident, $kind:literal, $unknown:ident: { $($variant:ident = $word:literal, $about:literal;)* }
        not, for $only:literal: $($guess:ident)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $(
                #[doc = concat!($about, ": `", $word, "` on the wire.")]
                $variant,
            )*
        }

        impl $name {
            /// All values that telecrm supports.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Returns the word on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        #[doc(hidden)]
        #[allow(
            non_upper_case_globals,
            reason = "they have the names of likely variants, and their deprecation note lists the supported words"
        )]
        impl $name {
            $(
                #[deprecated(note = $only)]
                pub const $guess: $unknown = $unknown(());
            )*
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = ValueError;

            /// Reads the word by exact match.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                const KIND: Kind = Kind {
                    name: $kind,
                    noun: $kind,
                    id: "D28",
                    hint: concat!("write one of", $(" ", $word),*),
                    example: "",
                };

                let word = Self::ALL.iter().copied().find(|word| word.as_str() == text);
                word.ok_or(ValueError::new(&KIND, Reason::UnknownWord))
            }
        }
    };
}

wire_words! {
    /// State of a payment (telecrm: Payment).
    PaymentStatus, "payment status", UnknownPaymentStatus: {
    Pending = "PENDING", "Not yet paid";
    Completed = "COMPLETED", "Paid";
    Failed = "FAILED", "Failed";
    Refunded = "REFUNDED", "Refunded";
    Cancelled = "CANCELLED", "Cancelled";
    Processing = "PROCESSING", "In progress";
    }
    not, for "telecrm supports no payment status other than PENDING COMPLETED FAILED REFUNDED CANCELLED PROCESSING": Paid Success Succeeded Successful Successfully Complete Done Settled Captured Received
        Authorized Authorised Initiated Created Started InProgress Unpaid Due Overdue Partial
        Failure Declined Rejected Error Expired Refund Canceled Void
}

wire_words! {
    /// The currency of a payment, by its ISO 4217 code (telecrm: Payment).
    Currency, "payment currency", UnsupportedCurrency: {
    Inr = "INR", "Indian rupee";
    Usd = "USD", "US dollar";
    Pkr = "PKR", "Pakistani rupee";
    Aed = "AED", "UAE dirham";
    Qar = "QAR", "Qatari riyal";
    Sar = "SAR", "Saudi riyal";
    Myr = "MYR", "Malaysian ringgit";
    Aud = "AUD", "Australian dollar";
    Cad = "CAD", "Canadian dollar";
    Sgd = "SGD", "Singapore dollar";
    Xof = "XOF", "West African CFA franc";
    }
    not, for "telecrm supports no payment currency other than INR USD PKR AED QAR SAR MYR AUD CAD SGD XOF": Afn Amd Ang Aoa Ars Awg Azn Bam Bbd Bdt Bgn Bhd Bif Bmd Bnd Bob Brl Bsd Btn Bwp Byn Bzd
        Cdf Chf Clp Cny Cop Crc Cup Cve Czk Djf Dkk Dop Dzd Egp Ern Etb Eur Fjd Fkp Gbp Gel Ghs Gip
        Gmd Gnf Gtq Gyd Hkd Hnl Htg Huf Idr Ils Iqd Irr Isk Jmd Jod Jpy Kes Kgs Khr Kmf Kpw Krw Kwd
        Kyd Kzt Lak Lbp Lkr Lrd Lsl Lyd Mad Mdl Mga Mkd Mmk Mnt Mop Mru Mur Mvr Mwk Mxn Mzn Nad Ngn
        Nio Nok Npr Nzd Omr Pab Pen Pgk Php Pln Pyg Ron Rsd Rub Rwf Sbd Scr Sdg Sek Shp Sle Sos Srd
        Ssp Stn Svc Syp Szl Thb Tjs Tmt Tnd Top Try Ttd Twd Tzs Uah Ugx Uyu Uzs Ves Vnd Vuv Wst Xaf
        Xcd Xpf Yer Zar Zmw
}

/// A currency that telecrm does not support, and that [`Payment::new`] does not accept.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct UnsupportedCurrency(());

/// A payment status that telecrm does not support, and that [`Payment::new`] does not accept.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct UnknownPaymentStatus(());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d28_unsupported_status_or_currency_is_an_error() {
        let error = "EUR".parse::<Currency>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a telecrm payment currency: telecrm does not support it; write one of INR USD PKR AED QAR SAR MYR AUD CAD SGD XOF"
        );
        let error = "Paid".parse::<PaymentStatus>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a telecrm payment status: telecrm does not support it; write one of PENDING COMPLETED FAILED REFUNDED CANCELLED PROCESSING"
        );
        assert!("inr".parse::<Currency>().is_err());
        assert!("Completed".parse::<PaymentStatus>().is_err());
    }

    #[test]
    fn every_word_on_the_wire_can_be_parsed() {
        for currency in Currency::ALL {
            assert_eq!(currency.to_string().parse(), Ok(*currency));
        }
        for status in PaymentStatus::ALL {
            assert_eq!(status.to_string().parse(), Ok(*status));
        }
    }

    #[test]
    fn d26_payment_has_all_four_keys_on_the_wire() {
        let payment = Payment::new(PaymentStatus::Completed, Currency::Inr, amount!("5000"));
        assert_eq!(
            serde_json::to_string(&payment).unwrap(),
            r#"{"type":"PAYMENT","status":"COMPLETED","currency":"INR","amount":"5000"}"#
        );
    }
}

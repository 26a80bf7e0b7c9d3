//! Payments: the one predefined action that can be written (telecrm: Payment).

use std::fmt;
use std::str::FromStr;

use crate::value::{Amount, Kind, Reason, ValueError};

/// A payment on the lead's timeline: `{"type":"PAYMENT","status":…,"currency":…,"amount":"5000"}` on
/// the wire, all of it required (telecrm: Payment).
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
    /// How far the payment has come.
    pub status: PaymentStatus,
    /// In which currency.
    pub currency: Currency,
    /// How much, greater than 0.
    pub amount: Amount,
}

impl Payment {
    /// A payment. telecrm drops one that lacks any of the three.
    // rustc prints the line with the name, comment included, under a call that does not fit.
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
            /// All that telecrm knows.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// As it goes on the wire.
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
            reason = "they stand where people guess a variant, and rustc says why there is none"
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

            /// Reads the exact word of the wire.
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
    /// How far a payment has come (telecrm: Payment).
    PaymentStatus, "payment status", UnknownPaymentStatus: {
    Pending = "PENDING", "Not yet paid";
    Completed = "COMPLETED", "Paid";
    Failed = "FAILED", "Did not succeed";
    Refunded = "REFUNDED", "Paid back";
    Cancelled = "CANCELLED", "Called off";
    Processing = "PROCESSING", "Under way";
    }
    not, for "telecrm knows no payment status other than PENDING COMPLETED FAILED REFUNDED CANCELLED PROCESSING": Paid Success Succeeded Successful Successfully Complete Done Settled Captured Received
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
    not, for "telecrm knows no payment currency other than INR USD PKR AED QAR SAR MYR AUD CAD SGD XOF": Afn Amd Ang Aoa Ars Awg Azn Bam Bbd Bdt Bgn Bhd Bif Bmd Bnd Bob Brl Bsd Btn Bwp Byn Bzd
        Cdf Chf Clp Cny Cop Crc Cup Cve Czk Djf Dkk Dop Dzd Egp Ern Etb Eur Fjd Fkp Gbp Gel Ghs Gip
        Gmd Gnf Gtq Gyd Hkd Hnl Htg Huf Idr Ils Iqd Irr Isk Jmd Jod Jpy Kes Kgs Khr Kmf Kpw Krw Kwd
        Kyd Kzt Lak Lbp Lkr Lrd Lsl Lyd Mad Mdl Mga Mkd Mmk Mnt Mop Mru Mur Mvr Mwk Mxn Mzn Nad Ngn
        Nio Nok Npr Nzd Omr Pab Pen Pgk Php Pln Pyg Ron Rsd Rub Rwf Sbd Scr Sdg Sek Shp Sle Sos Srd
        Ssp Stn Svc Syp Szl Thb Tjs Tmt Tnd Top Try Ttd Twd Tzs Uah Ugx Uyu Uzs Ves Vnd Vuv Wst Xaf
        Xcd Xpf Yer Zar Zmw
}

/// A currency that telecrm does not know: a payment in it would be dropped. No [`Payment`] takes it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct UnsupportedCurrency(());

/// A payment status that telecrm does not know: a payment of it would be dropped. No [`Payment`]
/// takes it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct UnknownPaymentStatus(());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d28_a_status_or_currency_that_telecrm_does_not_know_is_refused() {
        let error = "EUR".parse::<Currency>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a telecrm payment currency: telecrm does not know it; write one of INR USD PKR AED QAR SAR MYR AUD CAD SGD XOF"
        );
        let error = "Paid".parse::<PaymentStatus>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a telecrm payment status: telecrm does not know it; write one of PENDING COMPLETED FAILED REFUNDED CANCELLED PROCESSING"
        );
        assert!("inr".parse::<Currency>().is_err());
        assert!("Completed".parse::<PaymentStatus>().is_err());
    }

    #[test]
    fn every_word_of_the_wire_reads_back() {
        for currency in Currency::ALL {
            assert_eq!(currency.to_string().parse(), Ok(*currency));
        }
        for status in PaymentStatus::ALL {
            assert_eq!(status.to_string().parse(), Ok(*status));
        }
    }

    #[test]
    fn d26_a_payment_has_all_four_keys_on_the_wire() {
        let payment = Payment::new(PaymentStatus::Completed, Currency::Inr, amount!("5000"));
        assert_eq!(
            serde_json::to_string(&payment).unwrap(),
            r#"{"type":"PAYMENT","status":"COMPLETED","currency":"INR","amount":"5000"}"#
        );
    }
}

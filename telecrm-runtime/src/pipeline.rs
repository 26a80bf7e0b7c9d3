//! Lead stage pipeline: archived labels and stages (telecrm: Lead Stage Pipeline).

macro_rules! archived_labels {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name {
            label: &'static str,
        }

        impl $name {
            #[doc(hidden)]
            #[must_use]
            pub const fn new(label: &'static str) -> Self {
                Self { label }
            }

            /// Returns the archived label.
            #[must_use]
            pub const fn label(self) -> &'static str {
                self.label
            }
        }
    )*};
}

archived_labels! {
    /// An archived status (telecrm: Lead Stage Pipeline).
    ///
    /// telecrm silently drops an archived status in a lead, so no setter accepts one. Generated code
    /// contains it as a constant of `Status`, so that the compile error for its use contains the name
    /// `ArchivedStatus`.
    ArchivedStatus;

    /// An archived lost reason (telecrm: Lead Stage Pipeline).
    ///
    /// telecrm silently drops an archived lost reason in a lead, so no setter accepts one. Generated
    /// code contains it as a constant of `LostReason`, so that the compile error for its use contains
    /// the name `ArchivedLostReason`.
    ArchivedLostReason;
}

/// The stage of the pipeline that a status belongs to (telecrm: Lead Stage Pipeline, `stageType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// The team still works on the lead: `OPEN`.
    Open,
    /// The lead became a customer: `WON`.
    Won,
    /// The lead did not become a customer: `LOST`.
    Lost,
}

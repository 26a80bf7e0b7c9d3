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

            /// The label that it had.
            #[must_use]
            pub const fn label(self) -> &'static str {
                self.label
            }
        }
    )*};
}

archived_labels! {
    /// A status that was archived in telecrm, which drops it where it is sent (telecrm: Lead Stage
    /// Pipeline). Generated as a constant of `Status`, so that using one explains itself: no setter
    /// takes it.
    ArchivedStatus;

    /// A lost reason that was archived in telecrm, which drops it where it is sent (telecrm: Lead
    /// Stage Pipeline). Generated as a constant of `LostReason`, so that using one explains itself: no
    /// setter takes it.
    ArchivedLostReason;
}

/// The stage of the pipeline that a status belongs to (telecrm: Lead Stage Pipeline, `stageType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// Being worked on: `OPEN`.
    Open,
    /// Became a customer: `WON`.
    Won,
    /// Did not: `LOST`.
    Lost,
}

//! The rows of the silent-drop catalogue.

use crate::diagnostic::Explanation;

macro_rules! rows {
    ($($variant:ident $id:literal, stopped at $stage:literal, $title:literal;
       effect: $effect:literal, reason: $reason:literal, example: $example:literal, fix: $fix:literal;)*) => {
        /// A row of the silent-drop catalogue, or [`Locked`](Self::Locked), which has no row.
        ///
        /// The validator reports the rows that it can detect in a body. The schema reader, the
        /// client and the outbox detect the others.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum DropRule {
            $(#[doc = concat!($id, ": ", $title, ".")] $variant,)*
        }

        impl DropRule {
            /// Every rule, in the order of the catalogue.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Returns the stable id: `D01`, …, or `LOCKED`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// Returns the stage that stops the mistake, in the letters of `docs/silent-drops.md`.
            #[must_use]
            pub const fn stopped_at(self) -> &'static str {
                match self { $(Self::$variant => $stage,)* }
            }

            /// Returns the rule's explanation.
            #[must_use]
            pub const fn explanation(self) -> Explanation {
                match self {
                    $(Self::$variant => {
                        Explanation::new($id, $title, [$effect, $reason, $example, $fix])
                    })*
                }
            }
        }
    };
}

rows! {
    WrongType "D01", stopped at "C", "a number instead of a text, a text instead of a number, or any other wrong JSON type";
        effect: "telecrm stores the lead without the field.",
        reason: "The response is 200 and the CRM shows an empty field. The loss is often noticed only when a report is wrong.",
        example: r#"{"fields": {"phone": "919876543210", "deal_size": "1000"}}   # a number field, a JSON string"#,
        fix: "Send the JSON type of the field: numbers and ratings as JSON numbers, tags as an array, everything else as a string. The generated setters accept only the right type.";
    NotFinite "D02", stopped at "C for a plain `f64`, V", "NaN or infinity in a number (JSON has neither)";
        effect: "Many programs write NaN as `null` or as invalid JSON. The field or the whole body is lost.",
        reason: "A division by zero in a report becomes a lead that never arrives.",
        example: "Number::try_from(0.0 / 0.0)",
        fix: "Create numbers with `Number::try_from(f64)`, which returns an error for NaN and infinity, or leave the field out.";
    MalformedEmail "D03", stopped at "V, L", "malformed email";
        effect: "telecrm stores the lead without the email.",
        reason: "Some leads can be reached only by email, and one extra space is enough to lose the address.",
        example: r#"{"fields": {"phone": "919876543210", "email": "jane.doe@example.com "}}"#,
        fix: "Trim and check form input: `text.parse::<Email>()` returns an error for an address that is not local@domain.tld.";
    MalformedPhone "D04", stopped at "V, L", "malformed phone (spaces, letters, symbols, too short or long)";
        effect: "telecrm drops the field, or the whole lead if the phone is the lead identifier.",
        reason: "Phones come from forms and spreadsheets with spaces, dashes and a trunk 0.",
        example: r#"{"fields": {"phone": "+91 98765-43210"}}"#,
        fix: r#"Send only digits, with the country code and an optional leading `+`. `Phone::normalize(input, "91")` corrects typed input."#;
    DateFormat "D05", stopped at "C (only instants are accepted)", "a date in a format that the workspace does not use";
        effect: "telecrm stores the lead without the date.",
        reason: "Text formats depend on a setting of the workspace, which an administrator can change at any time.",
        example: r#"{"fields": {"phone": "919876543210", "follow_up_date": "2026-01-31"}}"#,
        fix: "Send whole Unix milliseconds, the only format that does not depend on a setting.";
    UnknownOption "D06", stopped at "C; V when parsed from input", "dropdown label that is not in the list (telecrm creates it)";
        effect: "telecrm creates a new option with this label and stores it.",
        reason: "Every typo adds an option to the workspace, and filters and reports miss the lead.",
        example: r#"{"fields": {"phone": "919876543210", "contact_source": "website"}}   # the option is `Website`"#,
        fix: "Send a label of the list, with its exact case and spaces. To allow other labels, list the field under `codegen: open`.";
    TagsAsText "D07", stopped at "C", "tags sent as one string";
        effect: "telecrm stores the lead without its tags.",
        reason: "A string with commas looks like a list, but telecrm expects a JSON array.",
        example: r#"{"fields": {"phone": "919876543210", "interests": "VIP, Returning"}}"#,
        fix: r#"Send an array of labels: `["VIP", "Returning"]`."#;
    UnknownTag "D08", stopped at "C; V when parsed from input", "tag label that is not in the list (telecrm creates it)";
        effect: "telecrm creates a new tag with this label and stores it.",
        reason: "Every typo adds a tag to the workspace, and filters and reports miss the lead.",
        example: r#"{"fields": {"phone": "919876543210", "interests": ["vip"]}}   # the tag is `VIP`"#,
        fix: "Send labels of the list, with their exact case and spaces, one per item.";
    MoneyAsNumber "D09", stopped at "C", "money as a JSON number, or made from a float";
        effect: "telecrm stores the lead without the amount.",
        reason: "telecrm expects money as text. Binary floats also change the amount: 0.1 + 0.2 is not 0.3.",
        example: r#"{"fields": {"phone": "919876543210", "budget": 1500.5}}"#,
        fix: r#"Send a numeric string: `"1500.50"`."#;
    MalformedMoney "D10", stopped at "V, L", "money that is not numeric";
        effect: "telecrm stores the lead without the amount.",
        reason: "Forms and spreadsheets add currency signs and thousands separators.",
        example: r#"{"fields": {"phone": "919876543210", "budget": "₹1,500"}}"#,
        fix: "Send digits, with an optional `-` at the start and an optional `.` followed by more digits. telecrm documents no limit; this library accepts at most 32 characters.";
    MalformedUrl "D11", stopped at "V, L", "malformed URL in a website or medialink";
        effect: "telecrm stores the lead without the link.",
        reason: "Users type addresses without `https://`, and forms send them unchanged.",
        example: r#"{"fields": {"phone": "919876543210", "website": "www.example.com"}}"#,
        fix: "Send a link with `http://` or `https://` and a host, of ASCII characters without spaces. telecrm documents no limit; this library accepts at most 2,048 characters.";
    MalformedActiveUser "D12", stopped at "V, L", "an active user that is not an email address";
        effect: "telecrm stores the lead without its user, so the lead is not assigned.",
        reason: "An unassigned lead waits until a team member finds it.",
        example: r#"{"fields": {"phone": "919876543210", "counsellor": "Ravi"}}"#,
        fix: "Send the email address of a team member exactly as in telecrm.";
    RatingOutOfRange "D13", stopped at "C, V", "rating outside 1 to 5";
        effect: "telecrm stores the lead without the rating.",
        reason: "Scores of other systems range from 0 to 10 or from 0 to 100.",
        example: r#"{"fields": {"phone": "919876543210", "rating": 9}}"#,
        fix: "Send one of the JSON numbers 1, 2, 3, 4, 5.";
    UnknownStatus "D14", stopped at "C; V when parsed", "unknown status label";
        effect: "telecrm keeps the lead's current status. It does not create a status.",
        reason: "The lead stays in its stage, and the sales team works with outdated data.",
        example: r#"{"fields": {"phone": "919876543210", "status": "fresh"}}   # the status is `Fresh`"#,
        fix: "Send the label of an active status of the lead stage pipeline, with its exact case.";
    ArchivedStatus "D15", stopped at "C; V when parsed, with a message that the status is archived", "archived status";
        effect: "telecrm keeps the lead's current status.",
        reason: "Old leads still show the label, so it looks valid.",
        example: r#"{"fields": {"phone": "919876543210", "status": "Old Enquiry"}}   # archived"#,
        fix: "Send an active status. `cargo telecrm pull` keeps the list current.";
    LostReason "D16", stopped at "C; V", "unknown or archived lost reason";
        effect: "telecrm stores the lead without the lost reason.",
        reason: "Reports about lost deals are incomplete.",
        example: r#"{"fields": {"phone": "919876543210", "lost_reason": "Too expensive"}}   # the reason is `Price too high`"#,
        fix: "Send the label of an active lost reason, with its exact case.";
    UnknownField "D17", stopped at "C", "a field that the workspace does not define";
        effect: "telecrm stores the lead without the field.",
        reason: "Programs may send a renamed or deleted field for months.",
        example: r#"{"fields": {"phone": "919876543210", "shoe_size": 42}}"#,
        fix: "Send fields by the API names of the workspace, or add the field in telecrm and run `cargo telecrm pull`.";
    MisspelledField "D18", stopped at "C, with a suggestion of the right name", "a field's API name in a different case or spelling";
        effect: "telecrm stores the lead without the field, because API names are case-sensitive.",
        reason: "The display name (`Preferred Date`) looks like the API name (`preferred_date`).",
        example: r#"{"fields": {"phone": "919876543210", "Email": "jane.doe@example.com"}}"#,
        fix: "Send the exact API name. The reason contains the suggested name.";
    MissingIdentifier "D19", stopped at "C", "identifier missing";
        effect: "telecrm drops the whole lead.",
        reason: "Without its identifier telecrm can neither find nor create the lead, and the response is still 200.",
        example: r#"{"fields": {"name": "Jane Doe"}}   # no phone"#,
        fix: "Send the lead identifier in every body. `Lead::new(…)` requires it as an argument.";
    BlankIdentifier "D20", stopped at "V, L", "identifier empty or blank";
        effect: "telecrm drops the whole lead.",
        reason: "A form with an optional phone sends an empty string.",
        example: r#"{"fields": {"phone": "", "name": "Jane Doe"}}"#,
        fix: "Make the form field of the identifier required, and check its value before sending.";
    UnprefixedCode "D21", stopped at "S", "custom action code without `ACTION_` in the schema";
        effect: "telecrm drops every action that is sent with this code.",
        reason: "The Sync API shows the bare code (`1001`), but the Async API requires the full code (`ACTION_1001`).",
        example: "customActions:
  - { code: 1001, displayName: Site Visit }",
        fix: "Write the full code into the schema: `code: ACTION_1001`.";
    UnknownAction "D22", stopped at "C", "an action that the workspace does not define, or a bare code";
        effect: "telecrm stores the lead without the action.",
        reason: "The sales team does not see the visit or the call in the timeline.",
        example: r#"{"fields": {"phone": "919876543210"}, "actions": [{"type": "1001"}]}"#,
        fix: "Send `PAYMENT` or the full code of an action of the workspace: `ACTION_1001`.";
    PredefinedAction "D23", stopped at "C", "a predefined type other than PAYMENT (`SYSTEM_NOTE`, `OUTGOING_CALL`)";
        effect: "telecrm stores the lead without the action, because only telecrm itself writes these types.",
        reason: "The documentation lists these types, so integrations send them.",
        example: r#"{"fields": {"phone": "919876543210"}, "actions": [{"type": "SYSTEM_NOTE"}]}"#,
        fix: "Define a custom action in telecrm, such as `Note`, and send its `ACTION_…` code.";
    ActionField "D24", stopped at "C", "a field that the action does not define, or a wrong type in one";
        effect: "telecrm appends the action without the field.",
        reason: "The timeline shows a visit without its outcome.",
        example: r#"{"type": "ACTION_1001", "fields": {"remark": "Came at noon"}}   # the field is `note`"#,
        fix: "Send the action's own fields, under `fields`, with values of their types.";
    Backdating "D25", stopped at "C", "`created_on` on an action that may not be backdated";
        effect: "telecrm stores the lead without the action.",
        reason: "After an import, old calls are missing from the timeline.",
        example: r#"{"type": "ACTION_1002", "created_on": 1767225600000}"#,
        fix: "Remove `created_on`, or allow backdating for the action in telecrm.";
    IncompletePayment "D26", stopped at "C", "a payment without status, currency or amount";
        effect: "telecrm stores the lead without the payment.",
        reason: "Revenue is missing from the CRM.",
        example: r#"{"type": "PAYMENT", "amount": "5000"}"#,
        fix: "Send all three: `status`, `currency` and `amount`.";
    PaymentAmount "D27", stopped at "V, L", "a payment with a zero, negative or non-numeric amount";
        effect: "telecrm stores the lead without the payment.",
        reason: "Payment gateways use numbers in the smallest unit of a currency, but telecrm expects text.",
        example: r#"{"type": "PAYMENT", "status": "COMPLETED", "currency": "INR", "amount": 5000}"#,
        fix: r#"Send a numeric string greater than 0, without a sign or separators: `"5000"`."#;
    PaymentWord "D28", stopped at "C; V when parsed", "an unknown payment status or currency";
        effect: "telecrm stores the lead without the payment.",
        reason: "Gateways use other words (`captured`, `paid`) and more currencies.",
        example: r#"{"type": "PAYMENT", "status": "paid", "currency": "EUR", "amount": "5000"}"#,
        fix: "Send one of telecrm's upper-case words: PENDING, COMPLETED, FAILED, REFUNDED, CANCELLED, PROCESSING; INR, USD, PKR, AED, QAR, SAR, MYR, AUD, CAD, SGD, XOF.";
    StrayKey "D29", stopped at "C (cannot be expressed)", "a top-level key other than `fields` and `actions`";
        effect: "telecrm ignores the key and its value.",
        reason: "A field at the top level looks valid in the code that sends it.",
        example: r#"{"fields": {"phone": "919876543210"}, "source": "Website"}"#,
        fix: "Put fields under `fields`, and remove all other keys.";
    TextLength "D30", stopped at "V, L", "text over the field's length limit";
        effect: "telecrm stores the lead without the text.",
        reason: "The text is often the message from a form, which the sales team reads first.",
        example: r#"{"fields": {"phone": "919876543210", "remark": "… 500 characters …"}}   # maxLength: 200"#,
        fix: "Shorten or refuse the text before sending. The generated type counts Unicode characters.";
    TokenOfOtherApi "D31", stopped at "C (two types)", "a Sync token on the Async endpoint, or the reverse";
        effect: "telecrm responds with 401 to every request.",
        reason: "The two tokens look alike in the settings of telecrm.",
        example: "TELECRM_ASYNC_TOKEN=<the Sync token>",
        fix: "Create an Async token for sending and a Sync token for reading. The client has a separate type for each.";
    DirtyToken "D32", stopped at "V", "a token with `Bearer `, spaces, quotes or a line break in it, or a placeholder";
        effect: "telecrm responds with 401 to every request.",
        reason: "Tokens are copied together with the text around them, and examples are deployed unchanged.",
        example: r#"TELECRM_ASYNC_TOKEN="Bearer eyJhbGciOi…""#,
        fix: "Store the bare token, without quotes. `AsyncToken::parse` returns an error that describes the mistake.";
    OtherWorkspace "D33", stopped at "C; V when sent", "one workspace's action or option on another workspace's lead; a lead sent to a different enterprise from the one in its schema";
        effect: "telecrm drops the fields and actions that the other workspace does not define, and creates the labels.",
        reason: "Test and production have nearly the same fields.",
        example: "acme_lead.action(globex::actions::SiteVisit::new())",
        fix: "Generate one module for each workspace, and write its `enterprise.id` in the schema. The client refuses a lead of a different enterprise.";
    UnexpectedAnswer "D34", stopped at "R", r#"a 200 that is not `{"status":"QUEUED"}`: a login page, a proxy, a redirect"#;
        effect: "It is unknown whether telecrm queued the lead.",
        reason: "Captive portals, proxies and wrong base URLs respond with 200 and a page.",
        example: "HTTP/1.1 200 OK

<html>Sign in</html>",
        fix: "Treat only the documented response as success, like the client, and check the base URL.";
    StaleSchema "D35", stopped at "D", "schema older than the workspace";
        effect: "The program sends labels and fields under their old names.",
        reason: "An administrator renames an option in telecrm, and the developers do not know about it.",
        example: "the option `Cold Call` was renamed to `Cold call` in telecrm",
        fix: "Run `cargo telecrm pull --check` in CI on a schedule, or `sync::Client::drift` at start-up.";
    ActionSentTwice "D36", stopped at "R (never resent, and reported)", "an action sent twice by a retry after a lost response";
        effect: "telecrm appends the action again, because `actions` is not idempotent.",
        reason: "After a timeout it is unknown whether telecrm processed the request.",
        example: "retry(|| post(body))   # a loop around the request",
        fix: "Let the client retry: it sends only the fields again, and reports the actions as unconfirmed.";
    WrongUnit "D37", stopped at "V when parsed from text; `validate` and the emulator", "an instant in the wrong unit: seconds, or a spreadsheet's serial day";
        effect: "telecrm stores a date in January 1970.",
        reason: "Most languages use seconds, and spreadsheets use days.",
        example: r#"{"fields": {"phone": "919876543210", "follow_up_date": 1769904000}}   # seconds"#,
        fix: "Send Unix milliseconds: `1769904000000`.";
    DirtyLabel "D38", stopped at "S (warning with the fix; the label is still sent exactly as in the file)", "a label with bytes that its author probably did not intend: surrounding spaces, line breaks, control or invisible characters, typographic quotes";
        effect: "telecrm creates a second option that looks like the first.",
        reason: "YAML block scalars end in a line break, and text from a word processor contains typographic quotes.",
        example: "options:
  - |
    Website",
        fix: r#"Write the label on one line, in straight quotes if it needs quotes: `"Website"`."#;
    PhoneLength "D39", stopped at "V in `Phone::normalize`", "a phone whose normalised length is invalid for its country code";
        effect: "telecrm stores a number that is unused or belongs to someone else.",
        reason: "A decimal number from a spreadsheet (`9876543210.0`) or a repeated country code looks like a phone.",
        example: r#"Phone::normalize("9876543210.0", "91")"#,
        fix: "Normalise typed input with `Phone::normalize`, and show its error to the user.";
    SharedOutput "D40", stopped at "S", "two workspaces generated into one file: one workspace's types under the other's module";
        effect: "The program sends one workspace's labels to the other.",
        reason: "Both schema files are called `workspace.yaml`, so both outputs are `workspace.rs`.",
        example: r#"compile("acme/workspace.yaml")?; compile("globex/workspace.yaml")?;"#,
        fix: r#"Give each workspace its own name: `Config::new().module_name("acme")`."#;
    NotStored "D41", stopped at "R, by reading back through the Sync API", "a lead that telecrm queued and then did not store, or stored only partly";
        effect: "The lead is not in telecrm, or some of its values are missing.",
        reason: "`QUEUED` does not report the outcome.",
        example: "client.send(&lead).await?   // and no later check",
        fix: "Read leads back with `sync::Client::verify`.";
    NeverSent "D42", stopped at "R, by the outbox", r#"a lead that was never sent: the process stopped between the visitor's "thank you" and the request"#;
        effect: "The lead is lost, and neither telecrm nor the program has it.",
        reason: "A deployment, a crash or a power cut can happen between any two lines of code.",
        example: r#"respond("Thank you!"); client.send(&lead).await?"#,
        fix: "Store the lead first with `telecrm_outbox::Outbox::enqueue`; its worker delivers it.";
    RejectedOnReceipt "D43", stopped at "V", "a lead that is rejected on receipt: one invalid optional value, or a body that cannot be mapped, from a sender that never retries";
        effect: "The lead is lost, although its phone is valid.",
        reason: "An ad platform does not repeat a webhook that was refused, and no one corrects row 4,711 of a spreadsheet.",
        example: r#"{"phone": "+919876543210", "email": "asha@gmail"}   # refused with 422, stored nowhere"#,
        fix: "Read the body with `parse_partial`, send the valid values, and hold the rest with `Outbox::hold` until someone corrects it.";
    Placeholder "D44", stopped at "V when parsed from text; `validate` and the emulator warn", "text that a program wrote instead of a value: an unfilled template, `undefined`, `[object Object]`, `NULL`, only question marks";
        effect: "telecrm stores the text, so a lead has the name `{{name}}`. Nothing is dropped.",
        reason: "A template with a misspelled variable produces such a lead for every visitor.",
        example: r#"{"fields": {"phone": "919876543210", "name": "{{1.full_name}}"}}"#,
        fix: "Correct the template or the program, and leave a field out that has no value. `parse_lead` and `set` refuse such text.";
    CommonCause "D45", stopped at "R: the outbox pauses all delivery, and probes without actions", "one cause that affects every lead: an outage, a firewall, a wrong URL, a login page";
        effect: "If each queued lead is handled separately, its outcome becomes unknown, or it is refused.",
        reason: "An outage of an hour would end in a list of leads that someone must check by hand.",
        example: "HTTP/1.1 403 Forbidden   # the response of a firewall, to every request",
        fix: "Deliver with the outbox, watch `Worker::status`, and remove the cause; delivery then continues by itself.";
    Locked "LOCKED", stopped at "the emulator", "a field with `lockAfterCreate`, sent with a new value for an existing lead";
        effect: "telecrm keeps the stored value.",
        reason: "The field can be set only when the lead is created, and the compiler cannot know which leads exist.",
        example: r#"{"fields": {"phone": "919876543210", "enquiry_id": "E-2"}}   # the lead exists, with E-1"#,
        fix: "Send the field only with the first body of a lead, or unlock it in telecrm.";
}

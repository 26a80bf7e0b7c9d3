<?php
// One lead to telecrm's Async API, from PHP 8 with the curl extension.
//
//   cargo telecrm emulate schema/workspace.yaml -- php examples/other-languages/send.php

$lead = [
    'fields' => ['phone' => '919876543210', 'name' => 'Asha Rao', 'contact_source' => 'Website', 'deal_size' => 2],
    'actions' => [['type' => 'ACTION_1003', 'fields' => ['page' => 'https://school.example.com/jee']]],
];

$request = curl_init(getenv('TELECRM_ASYNC_URL') . '/enterprise/' . getenv('TELECRM_ENTERPRISE_ID') . '/autoupdatelead');
curl_setopt_array($request, [
    CURLOPT_POST => true,
    CURLOPT_POSTFIELDS => json_encode($lead, JSON_THROW_ON_ERROR),
    CURLOPT_HTTPHEADER => ['Authorization: Bearer ' . getenv('TELECRM_ASYNC_TOKEN'), 'Content-Type: application/json'],
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_TIMEOUT => 30,
]);
$answer = curl_exec($request);
$status = curl_getinfo($request, CURLINFO_RESPONSE_CODE);
// Any other response with 200 comes from a login page or a proxy, and the lead was not queued.
if ($status !== 200 || (json_decode($answer, true)['status'] ?? null) !== 'QUEUED') {
    fwrite(STDERR, "not queued: $status $answer" . curl_error($request) . "\n");
    exit(1);
}
echo "QUEUED\n";

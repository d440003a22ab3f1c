<?php
// Plays the backend of any WSDL by PHP's SoapServer. What it is asked and says is told in zeep/backend.py; PHP knows no attributes from
// elements, so that neither has an "@" where it tells what it took, and it does not tell types. SELVAGE_PEER is a folder for what is
// kept between requests.
ini_set('soap.wsdl_cache_enabled', '0');
ini_set('serialize_precision', '-1');
$folder = getenv('SELVAGE_PEER');
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);

function take(array $taken): void {
    global $folder;
    file_put_contents("$folder/taken", json_encode($taken, JSON_INVALID_UTF8_SUBSTITUTE) . "\n", FILE_APPEND);
}

/** A value that PHP has read, its texts lexical. */
function told($value) {
    if (is_array($value)) return array_map('told', $value);
    if (is_object($value)) {
        $result = [];
        foreach (get_object_vars($value) as $name => $part) {
            if ($part !== null) $result[$name === '_' ? '$value' : $name] = told($part);
        }
        return (object) $result;
    }
    if (is_bool($value)) return $value ? 'true' : 'false';
    return $value === null ? null : (string) $value;
}

/** The value that PHP is to write. */
function made($said) {
    if (is_array($said)) return array_map('made', $said);
    if (!is_object($said)) return $said;
    if (isset($said->{'$parts'})) return array_map('made', get_object_vars($said->{'$parts'}));
    $result = new stdClass();
    foreach (get_object_vars($said) as $name => $part) {
        if ($name !== '$type') $result->{$name === '$value' ? '_' : ltrim($name, '@')} = made($part);
    }
    if (!isset($said->{'$type'})) return $result;
    [$namespace, $local] = explode('}', substr($said->{'$type'}, 1));
    return new SoapVar($result, SOAP_ENC_OBJECT, $local, $namespace);
}

class Backend {
    function __call($operation, $arguments) {
        global $folder;
        // PHP calls a function for each header block, too; those of WS-Addressing are for nobody here.
        if (in_array($operation, ['Action', 'MessageID', 'To', 'ReplyTo'])) return null;
        take(['operation' => $operation, 'value' => told($arguments)]);
        return made(json_decode(file_get_contents("$folder/answer")));
    }
}

switch ($path) {
    case '/answer':
        file_put_contents("$folder/answer", file_get_contents('php://input'));
        break;
    case '/taken':
        $lines = is_file("$folder/taken") ? file("$folder/taken") : [];
        @unlink("$folder/taken");
        header('content-type: application/json');
        echo '[' . implode(',', $lines) . ']';
        break;
    case '/load':
        try {
            new SoapServer($_GET['wsdl'], ['cache_wsdl' => WSDL_CACHE_NONE]);
        } catch (Throwable $problem) {
            http_response_code(500);
            echo $problem->getMessage();
        }
        break;
    default:
        $server = new SoapServer($_GET['wsdl'], ['cache_wsdl' => WSDL_CACHE_NONE, 'features' => SOAP_SINGLE_ELEMENT_ARRAYS]);
        $server->setObject(new Backend());
        // A fault ends the script.
        register_shutdown_function(function () {
            if (http_response_code() === 500) take(['problem' => ob_get_contents()]);
        });
        ob_start();
        $server->handle();
}

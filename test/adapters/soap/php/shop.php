<?php
// The shop of shop.wsdl by PHP's own SoapServer: what is asked comes back.
ini_set('soap.wsdl_cache_enabled', '0');

class Vehicle { public $id; }
class Truck extends Vehicle { public $axles; }

class Shop {
    function __call($operation, $arguments) {
        [$asked] = $arguments;
        switch ($operation) {
            case 'GetNumbers': return ['n' => array_fill(0, $asked->upTo ?? 3, '9007199254740993')];
            case 'Fail': throw new SoapFault($asked->code, 'ORA-00942', null, ['secret' => 'hunter2']);
            default: return $asked;
        }
    }
}

$server = new SoapServer(__DIR__ . '/shop.wsdl', ['classmap' => ['Vehicle' => 'Vehicle', 'Truck' => 'Truck']]);
$server->setClass('Shop');
$server->handle();

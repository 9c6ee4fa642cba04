#!/bin/sh
# trtllm_disagg_router with the local launcher: 2 ranks on 1 node(s), served at http://127.0.0.1:20000
# stand-in: each of 2 rank(s) is a process without a GPU that says what TensorRT-LLM says and answers with words of its own, and its node is this host; Dynamo's frontend and runtime are real
# Dynamo is the installed ai-dynamo-runtime; the topology is written for 0.2.1
# run without these variables of your own: SLURM_*, OMPI_*, PMI*, ETCD_*, NATS_*, DYN_*

# etcd, on node1
HOME=/runs/run-1 PYTEST_DYNAMO_RUN=run-1 \
  /usr/bin/etcd \
  --data-dir /runs/run-1/etcd \
  --listen-client-urls http://127.0.0.1:20001 \
  --advertise-client-urls http://127.0.0.1:20001 \
  --listen-peer-urls http://127.0.0.1:20002 \
  --initial-advertise-peer-urls http://127.0.0.1:20002 \
  --initial-cluster default=http://127.0.0.1:20002 >logs/etcd.log 2>&1 &

# nats, on node1
HOME=/runs/run-1 PYTEST_DYNAMO_RUN=run-1 \
  /usr/sbin/nats-server -js \
  --addr 127.0.0.1 \
  --port 20003 \
  --store_dir /runs/run-1/nats >logs/nats.log 2>&1 &

# frontend, on node1
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_HTTP_SSE_KEEP_ALIVE_INTERVAL_MS=25 \
  DYN_REQUEST_PLANE=nats DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 \
  DYN_TCP_RPC_HOST=127.0.0.1 ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 \
  HOME=/runs/run-1 NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  STANDIN_RUN=run-1 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s /venv/standin/frontend.py \
  --host 127.0.0.1 \
  --port 20000 \
  --router kv >logs/frontend.log 2>&1 &

# decode0.0, on node1
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node1 SLURM_LOCALID=0 SLURM_NTASKS=1 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20004 \
  --model-name deepseek-ai/DeepSeek-R1-Distill-Llama-8B \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.0.log 2>&1 &

# prefill0.0, on node1
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node1 SLURM_LOCALID=0 SLURM_NTASKS=1 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20005 \
  --model-name deepseek-ai/DeepSeek-R1-Distill-Llama-8B \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill0.0.log 2>&1 &

wait

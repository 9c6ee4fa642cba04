#!/bin/sh
# mlperf_llama405b_disagg with the local launcher: 72 ranks on 18 node(s), served at http://127.0.0.1:20000
# stand-in: each of 72 rank(s) is a process without a GPU that says what TensorRT-LLM says and answers with words of its own, and its 18 nodes are this host; Dynamo's frontend and runtime are real
# Dynamo is the installed ai-dynamo-runtime; the topology is written for f9b1757f32d0793abbb625ed4467eab133924671
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
  --router round-robin >logs/frontend.log 2>&1 &

# prefill0.0, on node1
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node1 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill0.0.log 2>&1 &

# prefill0.1, on node1
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node1 SLURM_LOCALID=1 SLURM_NTASKS=4 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill0.1.log 2>&1 &

# prefill0.2, on node1
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node1 SLURM_LOCALID=2 SLURM_NTASKS=4 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill0.2.log 2>&1 &

# prefill0.3, on node1
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node1 SLURM_LOCALID=3 SLURM_NTASKS=4 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill0.3.log 2>&1 &

# prefill1.0, on node2
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node2 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill1 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill1 \
  --role prefill \
  --rendezvous 127.0.0.1:20005 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill1.0.log 2>&1 &

# prefill1.1, on node2
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node2 SLURM_LOCALID=1 SLURM_NTASKS=4 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill1 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill1 \
  --role prefill \
  --rendezvous 127.0.0.1:20005 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill1.1.log 2>&1 &

# prefill1.2, on node2
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node2 SLURM_LOCALID=2 SLURM_NTASKS=4 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill1 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill1 \
  --role prefill \
  --rendezvous 127.0.0.1:20005 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill1.2.log 2>&1 &

# prefill1.3, on node2
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node2 SLURM_LOCALID=3 SLURM_NTASKS=4 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill1 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill1 \
  --role prefill \
  --rendezvous 127.0.0.1:20005 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill1.3.log 2>&1 &

# prefill2.0, on node3
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node3 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill2 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill2 \
  --role prefill \
  --rendezvous 127.0.0.1:20006 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill2.0.log 2>&1 &

# prefill2.1, on node3
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node3 SLURM_LOCALID=1 SLURM_NTASKS=4 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill2 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill2 \
  --role prefill \
  --rendezvous 127.0.0.1:20006 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill2.1.log 2>&1 &

# prefill2.2, on node3
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node3 SLURM_LOCALID=2 SLURM_NTASKS=4 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill2 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill2 \
  --role prefill \
  --rendezvous 127.0.0.1:20006 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill2.2.log 2>&1 &

# prefill2.3, on node3
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node3 SLURM_LOCALID=3 SLURM_NTASKS=4 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill2 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill2 \
  --role prefill \
  --rendezvous 127.0.0.1:20006 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill2.3.log 2>&1 &

# prefill3.0, on node4
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node4 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill3 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill3 \
  --role prefill \
  --rendezvous 127.0.0.1:20007 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill3.0.log 2>&1 &

# prefill3.1, on node4
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node4 SLURM_LOCALID=1 SLURM_NTASKS=4 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill3 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill3 \
  --role prefill \
  --rendezvous 127.0.0.1:20007 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill3.1.log 2>&1 &

# prefill3.2, on node4
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node4 SLURM_LOCALID=2 SLURM_NTASKS=4 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill3 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill3 \
  --role prefill \
  --rendezvous 127.0.0.1:20007 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill3.2.log 2>&1 &

# prefill3.3, on node4
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node4 SLURM_LOCALID=3 SLURM_NTASKS=4 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill3 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill3 \
  --role prefill \
  --rendezvous 127.0.0.1:20007 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill3.3.log 2>&1 &

# prefill4.0, on node5
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node5 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill4 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill4 \
  --role prefill \
  --rendezvous 127.0.0.1:20008 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill4.0.log 2>&1 &

# prefill4.1, on node5
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node5 SLURM_LOCALID=1 SLURM_NTASKS=4 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill4 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill4 \
  --role prefill \
  --rendezvous 127.0.0.1:20008 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill4.1.log 2>&1 &

# prefill4.2, on node5
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node5 SLURM_LOCALID=2 SLURM_NTASKS=4 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill4 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill4 \
  --role prefill \
  --rendezvous 127.0.0.1:20008 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill4.2.log 2>&1 &

# prefill4.3, on node5
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node5 SLURM_LOCALID=3 SLURM_NTASKS=4 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill4 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill4 \
  --role prefill \
  --rendezvous 127.0.0.1:20008 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill4.3.log 2>&1 &

# prefill5.0, on node6
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node6 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill5 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill5 \
  --role prefill \
  --rendezvous 127.0.0.1:20009 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill5.0.log 2>&1 &

# prefill5.1, on node6
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node6 SLURM_LOCALID=1 SLURM_NTASKS=4 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill5 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill5 \
  --role prefill \
  --rendezvous 127.0.0.1:20009 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill5.1.log 2>&1 &

# prefill5.2, on node6
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node6 SLURM_LOCALID=2 SLURM_NTASKS=4 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill5 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill5 \
  --role prefill \
  --rendezvous 127.0.0.1:20009 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill5.2.log 2>&1 &

# prefill5.3, on node6
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node6 SLURM_LOCALID=3 SLURM_NTASKS=4 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill5 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill5 \
  --role prefill \
  --rendezvous 127.0.0.1:20009 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill5.3.log 2>&1 &

# prefill6.0, on node7
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node7 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill6 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill6 \
  --role prefill \
  --rendezvous 127.0.0.1:20010 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill6.0.log 2>&1 &

# prefill6.1, on node7
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node7 SLURM_LOCALID=1 SLURM_NTASKS=4 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill6 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill6 \
  --role prefill \
  --rendezvous 127.0.0.1:20010 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill6.1.log 2>&1 &

# prefill6.2, on node7
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node7 SLURM_LOCALID=2 SLURM_NTASKS=4 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill6 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill6 \
  --role prefill \
  --rendezvous 127.0.0.1:20010 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill6.2.log 2>&1 &

# prefill6.3, on node7
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node7 SLURM_LOCALID=3 SLURM_NTASKS=4 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill6 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill6 \
  --role prefill \
  --rendezvous 127.0.0.1:20010 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill6.3.log 2>&1 &

# prefill7.0, on node8
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node8 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill7 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill7 \
  --role prefill \
  --rendezvous 127.0.0.1:20011 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill7.0.log 2>&1 &

# prefill7.1, on node8
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node8 SLURM_LOCALID=1 SLURM_NTASKS=4 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill7 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill7 \
  --role prefill \
  --rendezvous 127.0.0.1:20011 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill7.1.log 2>&1 &

# prefill7.2, on node8
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node8 SLURM_LOCALID=2 SLURM_NTASKS=4 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill7 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill7 \
  --role prefill \
  --rendezvous 127.0.0.1:20011 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill7.2.log 2>&1 &

# prefill7.3, on node8
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node8 SLURM_LOCALID=3 SLURM_NTASKS=4 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill7 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill7 \
  --role prefill \
  --rendezvous 127.0.0.1:20011 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill7.3.log 2>&1 &

# prefill8.0, on node9
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node9 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill8 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill8 \
  --role prefill \
  --rendezvous 127.0.0.1:20012 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill8.0.log 2>&1 &

# prefill8.1, on node9
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node9 SLURM_LOCALID=1 SLURM_NTASKS=4 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill8 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill8 \
  --role prefill \
  --rendezvous 127.0.0.1:20012 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill8.1.log 2>&1 &

# prefill8.2, on node9
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node9 SLURM_LOCALID=2 SLURM_NTASKS=4 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill8 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill8 \
  --role prefill \
  --rendezvous 127.0.0.1:20012 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill8.2.log 2>&1 &

# prefill8.3, on node9
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node9 SLURM_LOCALID=3 SLURM_NTASKS=4 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill8 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill8 \
  --role prefill \
  --rendezvous 127.0.0.1:20012 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill8.3.log 2>&1 &

# prefill9.0, on node10
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node10 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill9 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill9 \
  --role prefill \
  --rendezvous 127.0.0.1:20013 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill9.0.log 2>&1 &

# prefill9.1, on node10
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node10 SLURM_LOCALID=1 SLURM_NTASKS=4 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill9 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill9 \
  --role prefill \
  --rendezvous 127.0.0.1:20013 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill9.1.log 2>&1 &

# prefill9.2, on node10
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node10 SLURM_LOCALID=2 SLURM_NTASKS=4 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill9 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill9 \
  --role prefill \
  --rendezvous 127.0.0.1:20013 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill9.2.log 2>&1 &

# prefill9.3, on node10
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node10 SLURM_LOCALID=3 SLURM_NTASKS=4 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill9 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill9 \
  --role prefill \
  --rendezvous 127.0.0.1:20013 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill9.3.log 2>&1 &

# prefill10.0, on node11
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node11 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill10 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill10 \
  --role prefill \
  --rendezvous 127.0.0.1:20014 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill10.0.log 2>&1 &

# prefill10.1, on node11
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node11 SLURM_LOCALID=1 SLURM_NTASKS=4 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill10 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill10 \
  --role prefill \
  --rendezvous 127.0.0.1:20014 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill10.1.log 2>&1 &

# prefill10.2, on node11
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node11 SLURM_LOCALID=2 SLURM_NTASKS=4 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill10 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill10 \
  --role prefill \
  --rendezvous 127.0.0.1:20014 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill10.2.log 2>&1 &

# prefill10.3, on node11
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node11 SLURM_LOCALID=3 SLURM_NTASKS=4 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill10 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill10 \
  --role prefill \
  --rendezvous 127.0.0.1:20014 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill10.3.log 2>&1 &

# prefill11.0, on node12
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node12 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill11 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill11 \
  --role prefill \
  --rendezvous 127.0.0.1:20015 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill11.0.log 2>&1 &

# prefill11.1, on node12
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node12 SLURM_LOCALID=1 SLURM_NTASKS=4 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill11 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill11 \
  --role prefill \
  --rendezvous 127.0.0.1:20015 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill11.1.log 2>&1 &

# prefill11.2, on node12
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node12 SLURM_LOCALID=2 SLURM_NTASKS=4 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill11 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill11 \
  --role prefill \
  --rendezvous 127.0.0.1:20015 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill11.2.log 2>&1 &

# prefill11.3, on node12
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node12 SLURM_LOCALID=3 SLURM_NTASKS=4 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill11 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill11 \
  --role prefill \
  --rendezvous 127.0.0.1:20015 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill11.3.log 2>&1 &

# prefill12.0, on node13
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node13 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill12 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill12 \
  --role prefill \
  --rendezvous 127.0.0.1:20016 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill12.0.log 2>&1 &

# prefill12.1, on node13
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node13 SLURM_LOCALID=1 SLURM_NTASKS=4 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill12 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill12 \
  --role prefill \
  --rendezvous 127.0.0.1:20016 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill12.1.log 2>&1 &

# prefill12.2, on node13
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node13 SLURM_LOCALID=2 SLURM_NTASKS=4 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill12 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill12 \
  --role prefill \
  --rendezvous 127.0.0.1:20016 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill12.2.log 2>&1 &

# prefill12.3, on node13
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node13 SLURM_LOCALID=3 SLURM_NTASKS=4 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill12 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill12 \
  --role prefill \
  --rendezvous 127.0.0.1:20016 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill12.3.log 2>&1 &

# prefill13.0, on node14
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node14 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill13 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill13 \
  --role prefill \
  --rendezvous 127.0.0.1:20017 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill13.0.log 2>&1 &

# prefill13.1, on node14
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node14 SLURM_LOCALID=1 SLURM_NTASKS=4 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill13 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill13 \
  --role prefill \
  --rendezvous 127.0.0.1:20017 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill13.1.log 2>&1 &

# prefill13.2, on node14
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node14 SLURM_LOCALID=2 SLURM_NTASKS=4 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill13 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill13 \
  --role prefill \
  --rendezvous 127.0.0.1:20017 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill13.2.log 2>&1 &

# prefill13.3, on node14
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node14 SLURM_LOCALID=3 SLURM_NTASKS=4 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill13 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill13 \
  --role prefill \
  --rendezvous 127.0.0.1:20017 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill13.3.log 2>&1 &

# decode0.0, on node15
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node15 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20018 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.0.log 2>&1 &

# decode0.1, on node15
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node15 SLURM_LOCALID=1 SLURM_NTASKS=4 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20018 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.1.log 2>&1 &

# decode0.2, on node15
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node15 SLURM_LOCALID=2 SLURM_NTASKS=4 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20018 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.2.log 2>&1 &

# decode0.3, on node15
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node15 SLURM_LOCALID=3 SLURM_NTASKS=4 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20018 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.3.log 2>&1 &

# decode1.0, on node16
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node16 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode1 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode1 \
  --role decode \
  --rendezvous 127.0.0.1:20019 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode1.0.log 2>&1 &

# decode1.1, on node16
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node16 SLURM_LOCALID=1 SLURM_NTASKS=4 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode1 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode1 \
  --role decode \
  --rendezvous 127.0.0.1:20019 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode1.1.log 2>&1 &

# decode1.2, on node16
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node16 SLURM_LOCALID=2 SLURM_NTASKS=4 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode1 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode1 \
  --role decode \
  --rendezvous 127.0.0.1:20019 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode1.2.log 2>&1 &

# decode1.3, on node16
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node16 SLURM_LOCALID=3 SLURM_NTASKS=4 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode1 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode1 \
  --role decode \
  --rendezvous 127.0.0.1:20019 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode1.3.log 2>&1 &

# decode2.0, on node17
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node17 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode2 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode2 \
  --role decode \
  --rendezvous 127.0.0.1:20020 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode2.0.log 2>&1 &

# decode2.1, on node17
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node17 SLURM_LOCALID=1 SLURM_NTASKS=4 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode2 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode2 \
  --role decode \
  --rendezvous 127.0.0.1:20020 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode2.1.log 2>&1 &

# decode2.2, on node17
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node17 SLURM_LOCALID=2 SLURM_NTASKS=4 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode2 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode2 \
  --role decode \
  --rendezvous 127.0.0.1:20020 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode2.2.log 2>&1 &

# decode2.3, on node17
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node17 SLURM_LOCALID=3 SLURM_NTASKS=4 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode2 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode2 \
  --role decode \
  --rendezvous 127.0.0.1:20020 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode2.3.log 2>&1 &

# decode3.0, on node18
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node18 SLURM_LOCALID=0 SLURM_NTASKS=4 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode3 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode3 \
  --role decode \
  --rendezvous 127.0.0.1:20021 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode3.0.log 2>&1 &

# decode3.1, on node18
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node18 SLURM_LOCALID=1 SLURM_NTASKS=4 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode3 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode3 \
  --role decode \
  --rendezvous 127.0.0.1:20021 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode3.1.log 2>&1 &

# decode3.2, on node18
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node18 SLURM_LOCALID=2 SLURM_NTASKS=4 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode3 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode3 \
  --role decode \
  --rendezvous 127.0.0.1:20021 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode3.2.log 2>&1 &

# decode3.3, on node18
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node18 SLURM_LOCALID=3 SLURM_NTASKS=4 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode3 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode3 \
  --role decode \
  --rendezvous 127.0.0.1:20021 \
  --model-name meta-llama/Llama-3.1-405B-Instruct \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode3.3.log 2>&1 &

wait

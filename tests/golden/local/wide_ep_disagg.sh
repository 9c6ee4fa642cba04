#!/bin/sh
# wide_ep_disagg with the local launcher: 32 ranks on 8 node(s), served at http://127.0.0.1:20000
# stand-in: each of 32 rank(s) is a process without a GPU that says what TensorRT-LLM says and answers with words of its own, and its 8 nodes are this host; Dynamo's frontend and runtime are real
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
  SLURMD_NODENAME=node1 SLURM_LOCALID=0 SLURM_NTASKS=16 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name nvidia/DeepSeek-R1-FP4 \
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
  SLURMD_NODENAME=node1 SLURM_LOCALID=1 SLURM_NTASKS=16 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name nvidia/DeepSeek-R1-FP4 \
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
  SLURMD_NODENAME=node1 SLURM_LOCALID=2 SLURM_NTASKS=16 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name nvidia/DeepSeek-R1-FP4 \
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
  SLURMD_NODENAME=node1 SLURM_LOCALID=3 SLURM_NTASKS=16 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill0.3.log 2>&1 &

# prefill0.4, on node2
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node2 SLURM_LOCALID=0 SLURM_NTASKS=16 SLURM_PROCID=4 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill0.4.log 2>&1 &

# prefill0.5, on node2
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node2 SLURM_LOCALID=1 SLURM_NTASKS=16 SLURM_PROCID=5 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill0.5.log 2>&1 &

# prefill0.6, on node2
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node2 SLURM_LOCALID=2 SLURM_NTASKS=16 SLURM_PROCID=6 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill0.6.log 2>&1 &

# prefill0.7, on node2
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node2 SLURM_LOCALID=3 SLURM_NTASKS=16 SLURM_PROCID=7 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill0.7.log 2>&1 &

# prefill0.8, on node3
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node3 SLURM_LOCALID=0 SLURM_NTASKS=16 SLURM_PROCID=8 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill0.8.log 2>&1 &

# prefill0.9, on node3
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node3 SLURM_LOCALID=1 SLURM_NTASKS=16 SLURM_PROCID=9 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill0.9.log 2>&1 &

# prefill0.10, on node3
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node3 SLURM_LOCALID=2 SLURM_NTASKS=16 SLURM_PROCID=10 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill0.10.log 2>&1 &

# prefill0.11, on node3
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node3 SLURM_LOCALID=3 SLURM_NTASKS=16 SLURM_PROCID=11 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill0.11.log 2>&1 &

# prefill0.12, on node4
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node4 SLURM_LOCALID=0 SLURM_NTASKS=16 SLURM_PROCID=12 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill0.12.log 2>&1 &

# prefill0.13, on node4
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node4 SLURM_LOCALID=1 SLURM_NTASKS=16 SLURM_PROCID=13 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill0.13.log 2>&1 &

# prefill0.14, on node4
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node4 SLURM_LOCALID=2 SLURM_NTASKS=16 SLURM_PROCID=14 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill0.14.log 2>&1 &

# prefill0.15, on node4
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node4 SLURM_LOCALID=3 SLURM_NTASKS=16 SLURM_PROCID=15 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker prefill0 \
  --role prefill \
  --rendezvous 127.0.0.1:20004 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.prefill.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/prefill0.15.log 2>&1 &

# decode0.0, on node5
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node5 SLURM_LOCALID=0 SLURM_NTASKS=16 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20005 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.0.log 2>&1 &

# decode0.1, on node5
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node5 SLURM_LOCALID=1 SLURM_NTASKS=16 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20005 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.1.log 2>&1 &

# decode0.2, on node5
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node5 SLURM_LOCALID=2 SLURM_NTASKS=16 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20005 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.2.log 2>&1 &

# decode0.3, on node5
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node5 SLURM_LOCALID=3 SLURM_NTASKS=16 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20005 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.3.log 2>&1 &

# decode0.4, on node6
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node6 SLURM_LOCALID=0 SLURM_NTASKS=16 SLURM_PROCID=4 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20005 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.4.log 2>&1 &

# decode0.5, on node6
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node6 SLURM_LOCALID=1 SLURM_NTASKS=16 SLURM_PROCID=5 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20005 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.5.log 2>&1 &

# decode0.6, on node6
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node6 SLURM_LOCALID=2 SLURM_NTASKS=16 SLURM_PROCID=6 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20005 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.6.log 2>&1 &

# decode0.7, on node6
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node6 SLURM_LOCALID=3 SLURM_NTASKS=16 SLURM_PROCID=7 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20005 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.7.log 2>&1 &

# decode0.8, on node7
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node7 SLURM_LOCALID=0 SLURM_NTASKS=16 SLURM_PROCID=8 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20005 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.8.log 2>&1 &

# decode0.9, on node7
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node7 SLURM_LOCALID=1 SLURM_NTASKS=16 SLURM_PROCID=9 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20005 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.9.log 2>&1 &

# decode0.10, on node7
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node7 SLURM_LOCALID=2 SLURM_NTASKS=16 SLURM_PROCID=10 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20005 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.10.log 2>&1 &

# decode0.11, on node7
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node7 SLURM_LOCALID=3 SLURM_NTASKS=16 SLURM_PROCID=11 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20005 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.11.log 2>&1 &

# decode0.12, on node8
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node8 SLURM_LOCALID=0 SLURM_NTASKS=16 SLURM_PROCID=12 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20005 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.12.log 2>&1 &

# decode0.13, on node8
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node8 SLURM_LOCALID=1 SLURM_NTASKS=16 SLURM_PROCID=13 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20005 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.13.log 2>&1 &

# decode0.14, on node8
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node8 SLURM_LOCALID=2 SLURM_NTASKS=16 SLURM_PROCID=14 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20005 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.14.log 2>&1 &

# decode0.15, on node8
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node8 SLURM_LOCALID=3 SLURM_NTASKS=16 SLURM_PROCID=15 STANDIN_RUN=run-1 \
  TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 TRTLLM_USE_UCX_KVCACHE=1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker decode0 \
  --role decode \
  --rendezvous 127.0.0.1:20005 \
  --model-name nvidia/DeepSeek-R1-FP4 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2025 >logs/decode0.15.log 2>&1 &

wait
